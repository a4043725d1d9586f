/** Policies of many people at once: those that they hold or are insured by. One statement for each distinct page, with the row rule inside. */
import { type ChildPages, connectionOf, type Connection, type Page, pageOf, type RequestBase, statementName, whereSql } from '@olly/kit/server';
import DataLoader from 'dataloader';
import type { PolicyRow } from '../mappers.ts';

const textOf = (rule: string): string => `SELECT party.locator AS of_party, found.* FROM unnest($1::text[]) AS party(locator) CROSS JOIN LATERAL (
    SELECT policy.* FROM enrollment.policies AS policy
    WHERE policy.id IN (
        SELECT id FROM enrollment.policies WHERE holder_party_locator = party.locator
        UNION SELECT policy_id FROM enrollment.policy_insureds WHERE party_locator = party.locator)
      AND ($2::uuid IS NULL OR policy.id < $2::uuid) AND ${rule}
    ORDER BY policy.id DESC LIMIT $3
  ) AS found`;

export function policiesOfPartyLoader({ pool, ability }: RequestBase): ChildPages<PolicyRow> {
  const loaders = new Map<string, DataLoader<string, Connection<PolicyRow>>>();
  const loaderFor = ({ first, after }: Page) =>
    new DataLoader<string, Connection<PolicyRow>>(async (parties) => {
      const values: unknown[] = [parties, after, first + 1];
      const text = textOf(whereSql((await ability()).where('policies'), values));
      const { rows } = await pool.query<PolicyRow & { of_party: string }>({ name: statementName(text), text, values });
      return parties.map((party) => {
        const found = rows.filter((row) => row.of_party === party);
        return connectionOf(found.slice(0, first), found.length > first);
      });
    });
  return {
    load(party, args) {
      const page = pageOf(args);
      const key = `${page.first}:${page.after}`;
      const loader = loaders.get(key) ?? loaderFor(page);
      loaders.set(key, loader);
      return loader.load(party);
    },
  };
}
