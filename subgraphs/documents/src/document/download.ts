/** Handing out bytes: read, note the download, answer. A download that cannot be noted is not made. */
import type { Context } from '../context.ts';
import type { FileContentRow } from '../mappers.ts';
import { insertDownload, type Rendition, readContent } from './store.ts';

/** Who is noted: the person for whom a service fetches, else the caller. */
export const actorOf = ({ identity }: Context): string => identity.onBehalfOf ?? identity.subject;

/** The bytes of a document that the caller may see; null when there is no such rendition. */
export async function download(ctx: Context, locator: string, rendition: Rendition): Promise<FileContentRow | null> {
  const content = await readContent(ctx.pool, locator, rendition);
  if (content) await insertDownload(ctx.pool, ctx, content, actorOf(ctx));
  return content;
}
