/**
 * Coordination of benefits, as the second insurer: the normal benefit as without other cover, at most the allowed amount less what the first insurer paid. The
 * deductible keeps its full credit; the member bears what is then left of the allowed amount, coded in the order of the steps, and only that counts towards the maximum.
 */
import { add, atLeastZero, type Money, min, money, subtract, sum } from '@olly/kit/money';
import type { Share } from './costShare.ts';
import type { Worksheet } from './worksheet.ts';

export interface Coordinated {
  /** What the prior payer has covered of the allowed amount (OA-23). */
  readonly prior: Money;
  /** What we pay at most. */
  readonly planPays: Money;
  /** What the member bears within the allowed amount. */
  readonly member: Money;
}

/** Allowed 400, normal benefit 240, primary paid 250: we pay 150, the member nothing. */
export function coordinate(allowed: Money, normalBenefit: Money, primaryPaid: Money): Coordinated {
  const prior = min(primaryPaid, allowed);
  const planPays = min(normalBenefit, atLeastZero(subtract(allowed, prior)));
  return { prior, planPays, member: subtract(subtract(allowed, prior), planPays) };
}

/** Writes the shares on the sheet; answers what the member bears of them, which is what counts towards the maximum. */
export function applyShares(sheet: Worksheet, shares: readonly Share[]): Money {
  const { primaryPaid } = sheet.line;
  if (primaryPaid === null) {
    for (const { rule, reason, amount, because } of shares) sheet.adjust(rule, 'PR', reason, amount, because);
    return sum(
      shares.map(({ amount }) => amount),
      sheet.currency,
    );
  }
  const total = sum(
    shares.map(({ amount }) => amount),
    sheet.currency,
  );
  const normal = subtract(sheet.rest, total);
  const { prior, member } = coordinate(sheet.allowed, normal, money(primaryPaid, sheet.currency));
  const overLimit = sheet.takeBack('119');
  let left = member;
  let borne = sum([], sheet.currency);
  for (const { rule, reason, amount, because } of shares) {
    const part = min(amount, left);
    sheet.adjust(rule, 'PR', reason, part, because);
    left = subtract(left, part);
    borne = add(borne, part);
  }
  sheet.adjust('LIMIT', 'PR', '119', min(overLimit, left));
  sheet.adjust('OTHER_INSURANCE', 'OA', '23', prior, { paid: primaryPaid });
  return borne;
}
