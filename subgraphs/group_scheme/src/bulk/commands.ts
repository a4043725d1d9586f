/** Asking for a bulk enrolment, and stopping it. The work itself is a job: `work.ts`. */
import { hasRole, type Identity } from '@olly/kit/auth';
import { badInput, notFound, Refused } from '@olly/kit/errors';
import { isLocator } from '@olly/kit/locator';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { Context } from '../context.ts';
import type { BulkEnrollmentJobRow } from '../mappers.ts';
import { insertAudit } from '../scheme/store.ts';
import { job as states } from './job.ts';
import { findJob, insertJob, lockJob, setJobStatus } from './store.ts';
import { askForRun } from './work.ts';

export interface StartBulkInput {
  readonly scheme: string;
  readonly file: string;
  readonly mode?: BulkEnrollmentJobRow['mode'] | null;
  readonly isDryRun?: boolean | null;
  readonly idempotencyKey: string;
}

const CONTENT_TYPES: ReadonlySet<string> = new Set(['text/csv', 'text/plain', 'application/json']);

/** One's own upload; administrators use anybody's. */
const mayUse = (who: Identity, file: { ownerPartyLocator: string | null; uploadedBy: string | null }): boolean =>
  hasRole(who, 'admin') || file.uploadedBy === who.subject || (file.ownerPartyLocator !== null && file.ownerPartyLocator === who.party?.locator);

/** Queues a bulk enrolment. Throws `Refused`; a scheme or file that is not the caller's is NOT_FOUND. */
export async function startBulk(ctx: Context, { idempotencyKey, ...input }: StartBulkInput): Promise<BulkEnrollmentJobRow> {
  if (!isLocator(input.file, 'fil')) throw badInput('file: the locator that POST /files answered', 'file');
  const scheme = await ctx.loaders.schemeByLocator.load(input.scheme);
  if (!scheme) throw notFound('The scheme');
  if (scheme.status !== 'ACTIVE') throw new Refused('SCHEME_NOT_ACTIVE', `The scheme is ${scheme.status}; only an ACTIVE one takes members.`, 'scheme');
  const file = await ctx.ports.fileHead(input.file);
  if (!file || !mayUse(ctx.identity, file)) throw notFound('The file');
  if (!CONTENT_TYPES.has(file.contentType)) throw new Refused('FILE_TYPE_REFUSED', 'Members come as CSV or JSON.', 'file');
  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `startBulkEnrollment:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const id = await once(tx, call, async () => {
      const job = await insertJob(tx, ctx, {
        schemeId: scheme.id,
        scheme: scheme.locator,
        file: input.file,
        mode: input.mode ?? 'GOOD_ROWS',
        isDryRun: input.isDryRun ?? false,
        requestedBy: ctx.identity.subject,
      });
      await insertAudit(tx, ctx, { entity: 'JOB', entityId: job.id, command: 'start', to: job.status, actor: ctx.identity.subject });
      await askForRun(tx, job.id);
      return job.id;
    });
    return findJob(tx, id);
  });
}

/** Pauses, resumes or cancels. Families that are being enrolled are finished. */
export async function stepBulk(ctx: Context, locator: string, command: 'pause' | 'resume' | 'cancel'): Promise<BulkEnrollmentJobRow> {
  if (!(await ctx.loaders.jobByLocator.load(locator))) throw notFound('The bulk enrolment');
  return transaction(ctx.pool, async (tx) => {
    const job = (await lockJob(tx, { locator })) as BulkEnrollmentJobRow;
    const to = states.next(job.status, command);
    await insertAudit(tx, ctx, { entity: 'JOB', entityId: job.id, command, from: job.status, to, actor: ctx.identity.subject });
    const changed = await setJobStatus(tx, ctx, job.id, to);
    // After a cancel, the run takes the rest of the file away.
    if (command !== 'pause') await askForRun(tx, job.id);
    return changed;
  });
}
