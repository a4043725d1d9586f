/** What a request of claims has: its loaders, each one statement however many rows are asked for, and the services that it asks. */
import { type Identity, serviceIdentity } from '@olly/kit/auth';
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import DataLoader from 'dataloader';
import { PrismaClient } from '../generated/prisma/client.ts';
import { keysOf } from './claim/notes.ts';
import type { ClaimDocumentRow, ClaimEventRow, ClaimReviewRow, StoredLine, ClaimRow, StoredAdjustment, PriorAuthorisationRow } from './mappers.ts';
import { eligibilityPort, documentsPort, enrollmentPort, type Ports, policyAdminPort, providerPort } from './ports/index.ts';
import type { TraceStep } from './adjudication/worksheet.ts';

/** How long a claim waits for cover that enrollment has and eligibility not yet. */
const COVER_WAIT_MS = 2_000;

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
  readonly ports: Ports;
  readonly coverWaitMs: number;
}

export function createServices({ pool, service }: SubgraphDeps): Services {
  const ports = {
    eligibility: eligibilityPort(service('eligibility')),
    provider: providerPort(service('provider')),
    enrollment: enrollmentPort(service('enrollment')),
    policyAdmin: policyAdminPort(service('policy_admin')),
    documents: documentsPort(service('documents')),
  };
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'claims') }), ports, coverWaitMs: COVER_WAIT_MS };
}

/** The stored steps of a decision. */
export interface DecisionRow {
  readonly id: string;
  readonly steps: readonly TraceStep[];
}

function createLoaders({ pool, ability }: RequestBase) {
  const claims = { pool, table: 'claims.claims', subject: 'claims', ability };
  const priorAuths = { pool, table: 'claims.prior_auths', subject: 'prior_auths', ability };
  const part = (table: string) => ({ pool, table: `claims.${table}`, ability });
  return {
    claimById: rowLoader<ClaimRow>(claims, 'id', 'uuid'),
    claimByLocator: rowLoader<ClaimRow>(claims, 'locator', 'text'),
    claimsOfPatient: childPageLoader<ClaimRow>(claims, 'claimant_party_id', 'uuid'),
    claimsOfPolicy: childPageLoader<ClaimRow>(claims, 'policy_id', 'uuid'),
    claimsOfProvider: childPageLoader<ClaimRow>(claims, 'provider_locator', 'text'),
    linesOfClaim: childrenLoader<StoredLine>(part('claim_lines'), 'claim_id', 'uuid', 'line_number'),
    adjustmentsOfDecision: childrenLoader<StoredAdjustment>(part('line_adjustments'), 'decision_id', 'uuid', 'line_number, sequence'),
    decisionById: new DataLoader<string, DecisionRow | null>(async (ids) => {
      const { rows } = await pool.query<DecisionRow>({
        name: 'claims:decision-steps',
        text: 'SELECT id, steps FROM claims.claim_decisions WHERE id = ANY($1::uuid[])',
        values: [ids],
      });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
    eventsOfClaim: childrenLoader<ClaimEventRow>(part('claim_events'), 'claim_id', 'uuid', 'id'),
    documentsOfClaim: childrenLoader<ClaimDocumentRow>(part('claim_documents'), 'claim_id', 'uuid', 'id'),
    reviewById: rowLoader<ClaimReviewRow>(part('claim_reviews'), 'id', 'uuid'),
    /** A reason code's imported text; null where ours stands. */
    importedReason: new DataLoader<string, string | null>(async (codes) => {
      const { rows } = await pool.query<{ code: string; text: string }>('SELECT code, text FROM claims.reason_codes WHERE code = ANY($1::text[])', [codes]);
      const byCode = new Map(rows.map(({ code, text }) => [code, text]));
      return codes.map((code) => byCode.get(code) ?? null);
    }),
    keyOfPatient: new DataLoader<string, Buffer | null>(async (ids) => {
      const keys = await keysOf(pool, ids);
      return ids.map((id) => keys.get(id) ?? null);
    }),
    priorAuthorisationById: rowLoader<PriorAuthorisationRow>(priorAuths, 'id', 'uuid'),
    priorAuthorisationByLocator: rowLoader<PriorAuthorisationRow>(priorAuths, 'locator', 'text'),
  };
}

export interface Context extends RequestBase, Services {
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, services: Services): Context => ({ ...base, ...services, loaders: createLoaders(base) });

const CLAIMS_SERVICE: Identity = serviceIdentity('claims');

/** The context of a job, which acts as the service itself and so sees every row. */
export function jobContext({ pool, clock, ids, log }: SubgraphDeps, services: Services): Context {
  const everything = { sees: () => true, seesFully: () => true, where: () => ({}) };
  const base: RequestBase = {
    service: 'claims',
    schema: 'claims',
    identity: CLAIMS_SERVICE,
    requestId: 'job',
    pool,
    clock,
    ids,
    log,
    ability: async () => everything,
  };
  return createContext(base, services);
}
