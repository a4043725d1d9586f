/** What claims asks of documents: what an uploaded file is and whose, instead of taking a caller's word for it. */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

const file = z.object({
  ownerPartyLocator: z.string().nullable(),
  uploadedBy: z.string().nullable(),
  filename: z.string(),
  contentType: z.string(),
  sizeBytes: z.int(),
});
export type UploadedFile = z.infer<typeof file>;

export interface DocumentsPort {
  /** Null when there is no such file. */
  fileFor(locator: string): Promise<UploadedFile | null>;
}

const FILE = 'query ($locator: ID!) { fileFor(locator: $locator) { ownerPartyLocator uploadedBy filename contentType sizeBytes } }';

export function documentsPort(client: ServiceClient): DocumentsPort {
  return {
    async fileFor(locator) {
      const { fileFor } = await client.query<{ fileFor: unknown }>(FILE, { locator });
      return file.nullable().parse(fileFor);
    },
  };
}
