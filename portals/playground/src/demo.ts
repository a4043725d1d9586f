/**
 * Who one tries the API as. Outside production the gateway names its personas and gives a token for each; in production it has neither, and the
 * picker is not shown: the editor's own headers then take a token.
 */
export interface Demo {
  /** Undefined for nobody. */
  persona: string | undefined;
  token: string | undefined;
}

export const NOBODY: Demo = { persona: undefined, token: undefined };

/** The personas that the gateway offers; none in production or when it cannot be reached. */
export async function fetchPersonas(): Promise<readonly string[]> {
  try {
    const response = await fetch('/demo/personas');
    if (!response.ok) return [];
    const { personas } = (await response.json()) as { personas: readonly string[] };
    return personas;
  } catch {
    return [];
  }
}

/** Signs in as a persona. Rejects when the gateway gives no token. */
export async function signInAs(persona: string): Promise<Demo> {
  const response = await fetch(`/demo/token?persona=${encodeURIComponent(persona)}`);
  if (!response.ok) throw new Error(`The gateway gave no token for ${persona}.`);
  const { token } = (await response.json()) as { token: string };
  return { persona, token };
}
