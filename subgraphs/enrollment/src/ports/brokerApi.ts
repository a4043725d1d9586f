/** What enrollment asks of broker_api: up to which annual premium a broker may bind without asking. */
import { type Money, money } from '@olly/kit/money';
import type { ServiceClient } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import { z } from 'zod';

export interface BrokerApi {
  /** The limit on a day, net of tax; null where the broker has none: nobody knows them, or it was withdrawn. */
  authority(broker: string, day: IsoDate): Promise<Money | null>;
}

export const AUTHORITY = 'query ($broker: ID!, $date: Date!) { brokerAuthority(broker: $broker, date: $date) { isInForce limit { amount currency } } }';
const answered = z.object({ isInForce: z.boolean(), limit: z.object({ amount: z.string(), currency: z.string() }) }).nullable();

export function brokerApi(client: ServiceClient): BrokerApi {
  return {
    async authority(broker, day) {
      const answer = await client.query<{ brokerAuthority: unknown }>(AUTHORITY, { broker, date: day });
      const found = answered.parse(answer.brokerAuthority);
      return found?.isInForce ? money(found.limit.amount, found.limit.currency) : null;
    },
  };
}
