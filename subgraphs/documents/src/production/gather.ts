/** What a document is made of: what the event said, and names, addresses and lines from the services that own them. Answers null when its subject does not exist. */
import type { SubjectType } from '../mappers.ts';
import type { ClaimLineDetails, Contact, Ports } from '../ports/ports.ts';
import type { ClaimDecided, InvoiceFinalised, Order, PolicyIssued } from './events.ts';
import { type ClaimOutcome, explanationModel } from './explanation.ts';
import { invoiceModel } from './invoice.ts';
import { scheduleModel } from './schedule.ts';
import { dateText } from './setting.ts';

export interface Gathered {
  readonly party: string;
  readonly market: string;
  readonly subjectType: SubjectType;
  readonly subject: string;
  readonly filename: string;
  readonly model: { readonly title: string; readonly language: string };
}

/** A document goes to somebody: throws when the owner of parties does not know them, and the job is tried again. */
function known(contact: Contact | null | undefined): Contact {
  if (!contact) throw new Error('the party of a document is not known');
  return contact;
}

export function gather(ports: Ports, order: Order): Promise<Gathered> {
  if (order.kind === 'POLICY_SCHEDULE') return schedule(ports, order.issuedOn, order.data);
  if (order.kind === 'INVOICE') return invoice(ports, order.issuedOn, order.data);
  return explanation(ports, order.issuedOn, order.outcome, order.data);
}

async function schedule(ports: Ports, issuedOn: string, data: PolicyIssued): Promise<Gathered> {
  const insured = [...new Set(data.elements.flatMap((element) => element.insured.map((one) => one.party)))];
  const [contacts, productName] = await Promise.all([ports.contacts([data.holder.party, ...insured]), ports.productName(data.productCode)]);
  const names = new Map(contacts.map((contact) => [contact?.partyLocator, contact?.displayName]));
  const elements = data.elements.map(({ coverage, insured: who }) => ({
    name: coverage.name,
    insured: who.map((one) => names.get(one.party) ?? one.party),
    deductible: coverage.deductible?.in ?? null,
    outOfPocket: coverage.outOfPocket?.in ?? null,
    coverageTerms: coverage.coverageTerms.map((term) => term.name),
  }));
  const setting = { market: data.market, issuedOn, party: known(contacts[0]) };
  const model = scheduleModel(setting, { ...data, elements, productName: productName ?? data.productCode });
  return { party: data.holder.party, market: data.market, subjectType: 'POLICY', subject: data.policy, filename: `schedule-${data.policy}`, model };
}

async function invoice(ports: Ports, issuedOn: string, data: InvoiceFinalised): Promise<Gathered> {
  const [account, details] = await Promise.all([ports.account(data.account), ports.invoice(data.invoice)]);
  if (!account || !details) throw new Error('the invoice or its account is not known');
  const [contact] = await ports.contacts([account.holder]);
  const setting = { market: account.market, issuedOn, party: known(contact) };
  const model = invoiceModel(setting, {
    invoice: data.invoice,
    accountNumber: account.displayNumber,
    currency: details.total.currency,
    total: details.total.amount,
    dueDate: details.dueDate,
    lines: details.lines.map(({ description, amount }) => ({ description, amount: amount.amount })),
    installments: details.installments.map(({ dueDate, amount }) => ({ dueDate, amount: amount.amount })),
  });
  return { party: account.holder, market: account.market, subjectType: 'INVOICE', subject: data.invoice, filename: `invoice-${data.invoice}`, model };
}

/** Where an event names no account, since nobody is insured under the claim's policy as far as claims knows: the house's own template. */
const NO_MARKET = 'NONE';

type DecidedLine = NonNullable<ClaimDecided['lines']>[number];

/** What the decision stored about a line, if it is still the decision that the event tells of: a claim may have been appealed since. */
function detailsOf(line: DecidedLine, details: readonly ClaimLineDetails[], market: string) {
  const found = details.find((one) => one.lineNumber === line.number);
  const isSame = found && found.claimed.amount === line.claimed && found.planPays?.amount === line.planPays && found.memberOwes?.amount === line.memberOwes;
  if (!found) return {};
  const description = `${found.procedureCode ? `${found.procedureCode}, ` : ''}${dateText(market, found.serviceDate)}`;
  return isSame ? { description, adjustments: found.adjustments.map((one) => ({ ...one, amount: one.amount.amount })) } : { description };
}

/** The lines of an event that brings none: as claims has them. */
function linesFrom(details: readonly ClaimLineDetails[]): DecidedLine[] {
  return details.map(({ lineNumber, claimed, planPays, memberOwes }) => {
    if (!planPays || !memberOwes) throw new Error('a claim that was paid has undecided lines');
    return { number: lineNumber, claimed: claimed.amount, planPays: planPays.amount, memberOwes: memberOwes.amount };
  });
}

async function explanation(ports: Ports, issuedOn: string, outcome: ClaimOutcome, data: ClaimDecided): Promise<Gathered> {
  const party = data.claimant ?? (await ports.partyLocator(data.claimantPartyId));
  if (!party) throw new Error('the claimant is not known');
  const [account, [contact], details] = await Promise.all([data.account ? ports.account(data.account) : null, ports.contacts([party]), ports.claimLines(data.claim)]);
  const market = account?.market ?? NO_MARKET;
  const lines = (data.lines ?? linesFrom(details)).map((line) => ({ ...line, ...detailsOf(line, details, market) }));
  const model = explanationModel({ market, issuedOn, party: known(contact) }, { claim: data.claim, policy: data.policy ?? null, currency: data.currency, lines, outcome });
  return { party, market, subjectType: 'CLAIM', subject: data.claim, filename: `explanation-of-benefits-${data.claim}`, model };
}
