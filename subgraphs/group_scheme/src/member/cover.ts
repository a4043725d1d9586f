/**
 * A member's cover follows the member: who leaves has their policy ended on that day, who is reinstated has it brought back. Asked of enrollment by a job that was enqueued with the change, with a
 * key that follows from member, policy and day. A refusal is final and stands at the member; everything else is tried again.
 */
import { enqueue } from '@olly/kit/jobs';
import type { Pool } from '@olly/kit/postgres';
import { z } from 'zod';
import { PortRefusal, type Ports } from '../ports/ports.ts';
import { setCoverChange } from './store.ts';

export const COVER_TASK = 'followMember';

const coverChange = z.object({ memberId: z.uuid(), change: z.enum(['END', 'REINSTATE']), policy: z.string(), on: z.iso.date(), by: z.string() });
export type CoverChange = z.infer<typeof coverChange>;

export const askForCover = (tx: Parameters<typeof enqueue>[0], change: CoverChange): Promise<void> => enqueue(tx, COVER_TASK, change, { triesMax: 25 });

/** Codes that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set(['CONFLICT']);

export async function followMember({ pool, ports }: { pool: Pool; ports: Ports }, payload: unknown): Promise<void> {
  const { memberId, change, policy, on, by } = coverChange.parse(payload);
  const key = `member:${memberId}:${policy}:${change}:${on}`;
  try {
    if (change === 'END') await ports.cancel(policy, on, key, by);
    else await ports.reinstate(policy, key, by);
    await setCoverChange(pool, memberId, 'DONE', null);
  } catch (error) {
    if (!(error instanceof PortRefusal) || PASSING.has(error.code)) throw error;
    await setCoverChange(pool, memberId, 'REFUSED', error.code);
  }
}
