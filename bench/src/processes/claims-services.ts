/**
 * Claims and the services that it asks, each with its own server, port and pool, in one process, as `start` runs them. Whoever records gives pools a listener and
 * the ids that it wants to know.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAccessMatrix } from '@olly/kit/auth';
import type { Ids } from '@olly/kit/locator';
import { createPool, type Pool, roleUrl } from '@olly/kit/postgres';
import { serveSubgraph, serviceClient, type Subgraph } from '@olly/kit/server';
import { systemClock } from '@olly/kit/time';
import claims from '../../../subgraphs/claims/src/subgraph.ts';
import eligibility from '../../../subgraphs/eligibility/src/subgraph.ts';
import enrollment from '../../../subgraphs/enrollment/src/subgraph.ts';
import policyAdmin from '../../../subgraphs/policy_admin/src/subgraph.ts';
import provider from '../../../subgraphs/provider/src/subgraph.ts';
import { CLAIM_SERVICES, type ClaimService, type ClaimsConfig } from './claims-setting.ts';

const SUBGRAPHS: Readonly<Record<ClaimService, Subgraph>> = { claims, eligibility, enrollment, policy_admin: policyAdmin, provider };
const POOL_MAX = 5;
/** Nobody: what a claim never asks. */
const NOWHERE = 'http://127.0.0.1:9/graphql';

export interface ServeOptions {
  readonly ids?: Ids;
  readonly onPool?: (name: ClaimService, pool: Pool) => void;
}

/** Serves them all; answers their URLs. */
export async function serveClaims({ root, secret, clusterUrl }: ClaimsConfig, { ids, onPool }: ServeOptions = {}): Promise<Record<string, string>> {
  const matrix = parseAccessMatrix(readFileSync(join(root, 'docs/access.md'), 'utf8'));
  const urls: Record<string, string> = {};
  const trouble = (fields: object, message?: string) => console.error(message, fields);
  for (const name of CLAIM_SERVICES) {
    const pool = createPool({ url: roleUrl(clusterUrl, name, 'service'), name, max: POOL_MAX });
    onPool?.(name, pool);
    const running = await serveSubgraph(SUBGRAPHS[name], {
      root,
      secret,
      matrix,
      pool,
      ids,
      clock: systemClock,
      log: { info: () => {}, warn: trouble, error: trouble },
      // claims comes last: whom it asks is known by then
      service: (to) => serviceClient({ from: name, to, url: urls[to] ?? NOWHERE, secret }),
    });
    urls[name] = running.url;
  }
  return urls;
}
