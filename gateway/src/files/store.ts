/**
 * Where files live. The gateway keeps none: it streams them to the service that owns them and asks it back for them. Whoever starts the
 * gateway provides this; the service decides who may read what, and answers undefined for another person's file exactly as for none.
 */
import type { Readable } from 'node:stream';
import type { Identity } from '@olly/kit/auth';
import type { MediaType } from './sniff.ts';

export interface FileMeta {
  /** From the bytes, not from the sender. */
  readonly mediaType: MediaType;
  /** For showing only; no path, no control characters. */
  readonly name: string;
  /** For tracing, and for the audit of the owning service. */
  readonly requestId: string;
}

export interface StoredFile {
  readonly locator: string;
  readonly bytes: number;
}

export interface FileContent {
  readonly mediaType: MediaType;
  readonly name: string;
  readonly bytes: number;
  readonly stream: Readable;
}

export interface FileStore {
  /**
   * Keeps a stream under a new locator. The stream fails when the file turns out too long or is not what it began as: then nothing may be
   * kept. Rejects with coded errors, for instance FORBIDDEN.
   */
  put(stream: Readable, meta: FileMeta, identity: Identity): Promise<StoredFile>;
  /** A file by locator. Undefined when there is none or the caller may not see it. */
  get(locator: string, identity: Identity): Promise<FileContent | undefined>;
}

/** Told of every file sent and read, refused attempts included. No names, no contents. */
export interface FileAudit {
  record(entry: { readonly action: 'put' | 'get'; readonly outcome: 'done' | 'refused' | 'absent'; readonly subject: string; readonly locator?: string; readonly requestId: string }): void;
}
