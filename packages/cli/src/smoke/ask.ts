/** Asks the gateway as a client does: one POST with a bearer token. */
export interface Asked {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a story reads what it asked for
  readonly data: any;
  readonly errors: readonly { readonly message: string; readonly code: string; readonly path?: readonly (string | number)[] }[];
}

interface Answer {
  readonly data?: Asked['data'];
  readonly errors?: readonly { readonly message: string; readonly path?: readonly (string | number)[]; readonly extensions?: { readonly code?: string } }[];
}

export async function ask(url: string, token: string | undefined, query: string, variables: Record<string, unknown> = {}): Promise<Asked> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const { data, errors = [] } = (await response.json()) as Answer;
  return { status: response.status, data, errors: errors.map(({ message, path, extensions }) => ({ message, path, code: extensions?.code ?? 'UNKNOWN' })) };
}
