/**
 * The world of the adjudication bench: a cluster of its own with the databases of claims and the services that it asks, and in them two hundred members with a policy
 * each, as enrollment's events and the directory's commands would have left them. Loaded as sets of rows; only the claims are made by real commands.
 */
import { join } from 'node:path';
import { migrate } from '@olly/kit/migrate';
import { connect, grantDatabase, installDatabase, roleUrl, schemaOf, withDatabase } from '@olly/kit/postgres';
import { addDays, type IsoDate } from '@olly/kit/time';
import type { Client } from 'pg';
import { CLAIM_SERVICES, DAYS, idOf, locatorOf, MEMBERS, PROCEDURE, PROVIDERS } from './processes/claims-setting.ts';

/** Copay, deductible and coinsurance, with a maximum that no member comes near. */
const ELEMENT = {
  type: 'MEDICAL',
  name: 'Medical',
  deductible: { kind: 'EMBEDDED', period: 'POLICY_PERIOD', in: { person: '200.00', family: '400.00' }, out: { person: '400.00', family: '800.00' } },
  outOfPocket: { period: 'POLICY_PERIOD', in: { person: '900000.00', family: '1800000.00' } },
  cross: 'NONE',
};
const STEPS = [{ step: 'COPAY', amount: '30.00', per: 'LINE' }, { step: 'DEDUCTIBLE' }, { step: 'COINSURANCE', rate: '0.20' }];
const TERMS = ['office_visit', 'surgery', 'physiotherapy', 'laboratory', 'imaging', 'emergency'].map((key) => ({ key, name: key, waitingMonths: 0, priorAuthorisation: false, in: { steps: STEPS }, out: { steps: STEPS } }));

const members = Array.from({ length: MEMBERS }, (_, n) => n);
const column = (of: (n: number) => string): string[] => members.map(of);
const [parties, partyLocators] = [column((n) => idOf('party', n)), column((n) => locatorOf('pty', n))];
const [policies, policyLocators] = [column((n) => idOf('policy', n)), column((n) => locatorOf('pol', n))];
const [accounts, accountLocators] = [column((n) => idOf('account', n)), column((n) => locatorOf('acc', n))];

async function loadEnrollment(db: Client, from: IsoDate, to: IsoDate): Promise<void> {
  await db.query(
    `INSERT INTO enrollment.quotes (id, locator, account_id, account_locator, holder_party_id, holder_party_locator, product_version_id, product_code, status, currency,
       effective_from, effective_to, document, pricing, premium, tax, fees, expires_at, accepted_at, created_at, updated_at)
     SELECT q.id, q.locator, q.account, q.account_locator, q.party, q.party_locator, $7, 'BENCH', 'ISSUED', 'USD', $8::date, $9::date, '{}', '{}', 3600, 0, 0, now(), now(), now(), now()
     FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::text[]) AS q(id, locator, account, account_locator, party, party_locator)`,
    [column((n) => idOf('quote', n)), column((n) => locatorOf('quo', n)), accounts, accountLocators, parties, partyLocators, idOf('product', 0), from, to],
  );
  await db.query(
    `INSERT INTO enrollment.policies (id, locator, account_id, account_locator, billing_level, quote_id, product_version_id, product_code, lob, market, holder_party_id,
       holder_party_locator, status, currency, inception_date, covered_to, jurisdiction, document, issued_at, created_at, updated_at)
     SELECT p.id, p.locator, q.account_id, q.account_locator, 'ACCOUNT', q.id, q.product_version_id, q.product_code, 'HEALTH', 'US', q.holder_party_id,
       q.holder_party_locator, 'ACTIVE', 'USD', q.effective_from, q.effective_to, 'NY', $4, now(), now(), now()
     FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS p(id, locator, quote) JOIN enrollment.quotes q ON q.id = p.quote`,
    [policies, policyLocators, column((n) => idOf('quote', n)), JSON.stringify({ ...ELEMENT, coverageTerms: TERMS })],
  );
}

async function loadEligibility(db: Client, from: IsoDate, to: IsoDate): Promise<void> {
  const { type, ...rest } = ELEMENT;
  await db.query(
    `INSERT INTO eligibility.member_coverage (id, party_id, party_locator, policy_id, policy_locator, policy_element_id, element_static_id, term_id, term_from, term_to, product_code,
       element_type, coverage_terms, element_terms, currency, status, effective_from, effective_to, event_id, recorded_at)
     SELECT id, party, party_locator, policy, policy_locator, id, id, term, $7::date, $8::date, 'BENCH', $9, $10, $11, 'USD', 'ACTIVE', $7::date, $8::date, id, now()
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[]) AS m(id, party, party_locator, policy, policy_locator, term)`,
    [column((n) => idOf('element', n)), parties, partyLocators, policies, policyLocators, column((n) => idOf('term', n)), from, to, type, JSON.stringify(TERMS), JSON.stringify({ type, ...rest })],
  );
}

async function loadClaims(db: Client, from: IsoDate): Promise<void> {
  await db.query(
    `INSERT INTO claims.access (id, source, party_id, party_locator, target, target_id, role, valid_from)
     SELECT gen_random_uuid(), policy_locator, party, party_locator, policy_locator, policy, role, $5::date
     FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) AS m(party, party_locator, policy, policy_locator), unnest(ARRAY['HOLDER', 'INSURED']) AS role`,
    [parties, partyLocators, policies, policyLocators, from],
  );
}

/** A published version without adjudication rules of its own. */
async function loadProduct(db: Client, from: IsoDate): Promise<void> {
  await db.query(
    `INSERT INTO policy_admin.market_profiles (id, market_code, currency, jurisdiction, document, created_at, updated_at) VALUES ($1, 'US', 'USD', 'US', '{}', now(), now())`,
    [idOf('market', 0)],
  );
  await db.query(
    `INSERT INTO policy_admin.products (id, locator, code, name, lob, market_code, status, created_at) VALUES ($1, $2, 'BENCH', 'Bench', 'HEALTH', 'US', 'ACTIVE', now())`,
    [idOf('product', 1), locatorOf('prd', 1)],
  );
  await db.query(
    `INSERT INTO policy_admin.product_versions (id, product_id, version, status, effective_from, document, created_at, published_at) VALUES ($1, $2, 1, 'PUBLISHED', $3::date, $4, now(), now())`,
    [idOf('product', 0), idOf('product', 1), from, JSON.stringify({ currency: 'USD', market: 'US', termMonths: 12, elements: [{ ...ELEMENT, coverageTerms: TERMS }] })],
  );
}

async function loadProviders(db: Client, from: IsoDate): Promise<void> {
  const providers = Array.from({ length: PROVIDERS }, (_, n) => n);
  const ids = providers.map((n) => idOf('provider', n));
  await db.query(
    `INSERT INTO provider.providers (id, locator, npi, party_id, party_locator, market, name, specialty, network_status, activated_at, created_at, updated_at)
     SELECT id, locator, npi, party, party_locator, 'US', 'Practice', 'general', 'ACTIVE', now(), now(), now()
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[]) AS p(id, locator, npi, party, party_locator)`,
    [ids, providers.map((n) => locatorOf('prv', n)), providers.map((n) => String(1_000_000_000 + n)), providers.map((n) => idOf('practice', n)), providers.map((n) => locatorOf('pty', MEMBERS + n))],
  );
  await db.query(
    `INSERT INTO provider.network_status_history (id, provider_id, command, status, effective_from, actor, recorded_at)
     SELECT gen_random_uuid(), id, 'activate', 'ACTIVE', $2::date, 'bench', now() FROM unnest($1::uuid[]) AS id`,
    [ids, from],
  );
  await db.query(`INSERT INTO provider.network_memberships (id, provider_id, network, effective_from) SELECT gen_random_uuid(), id, 'STANDARD', $2::date FROM unnest($1::uuid[]) AS id`, [ids, from]);
  await db.query(
    `INSERT INTO provider.fee_schedules (id, network, procedure_code, amount, currency, effective_from, created_at) SELECT gen_random_uuid(), 'STANDARD', $1, 150, 'USD', $2::date, now()`,
    [PROCEDURE, from],
  );
}

/** Makes the databases and their rows, with statistics as an autovacuum would have made them. */
export async function makeClaimsWorld(root: string, clusterUrl: string, today: IsoDate): Promise<void> {
  const [from, to] = [addDays(today, -DAYS - 30), addDays(today, 60)];
  const load = { enrollment: loadEnrollment, eligibility: loadEligibility, claims: loadClaims, provider: loadProviders, policy_admin: loadProduct };
  for (const name of CLAIM_SERVICES) {
    await installDatabase(clusterUrl, name);
    await migrate({ url: roleUrl(clusterUrl, name, 'owner'), schema: schemaOf(name), dir: join(root, 'subgraphs', name, 'migrations'), direction: 'up', isVerified: false });
    await grantDatabase(clusterUrl, name);
    const admin = await connect(withDatabase(clusterUrl, name), 'bench');
    await load[name](admin, from, to);
    await admin.query('ANALYZE').finally(() => admin.end());
  }
}
