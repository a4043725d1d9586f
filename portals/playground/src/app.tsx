/**
 * GraphiQL with a header: who one asks as. The chosen persona's token goes with every request, unless the editor's headers name another.
 * A link `/playground#query=…` opens with that query; otherwise the examples are the tabs.
 */
import { GraphiQL } from 'graphiql';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Demo, fetchPersonas, NOBODY, signInAs } from './demo.ts';
import { EXAMPLES } from './examples.ts';

type Fetcher = Parameters<typeof GraphiQL>[0]['fetcher'];

const linkedQuery = new URLSearchParams(window.location.hash.slice(1)).get('query');
const tabs = linkedQuery === null ? EXAMPLES.map(({ query, variables }) => ({ query, variables })) : [{ query: linkedQuery }];
/** A linked query is shown, not kept: the visitor's own tabs come back without the link. */
const storage = linkedQuery === null ? undefined : { getItem: () => null, setItem: () => {}, removeItem: () => {}, clear: () => {}, length: 0 };

export function App() {
  const [personas, setPersonas] = useState<readonly string[]>([]);
  const [demo, setDemo] = useState<Demo>(NOBODY);
  const [status, setStatus] = useState('');
  const token = useRef<string | undefined>(undefined);

  const choose = useCallback(async (persona: string) => {
    try {
      const chosen = persona === '' ? NOBODY : await signInAs(persona);
      token.current = chosen.token;
      setDemo(chosen);
      setStatus(chosen.persona ? `You ask as ${chosen.persona}.` : 'You ask as nobody.');
    } catch (error) {
      setStatus(error instanceof Error ? error.message : String(error));
    }
  }, []);

  useEffect(() => {
    void fetchPersonas().then(async (found) => {
      setPersonas(found);
      if (found[0]) await choose(found[0]);
    });
  }, [choose]);

  const fetcher = useCallback<Fetcher>(async (params, options) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'content-type': 'application/json',
        ...(token.current && { authorization: `Bearer ${token.current}` }),
        ...options?.headers,
      },
      body: JSON.stringify(params),
    });
    return response.json();
  }, []);

  return (
    <>
      <header className="bar">
        <h1>
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="24" height="24" />
          Olly <span>playground</span>
        </h1>
        {personas.length > 0 && (
          <label>
            Ask as
            <select value={demo.persona ?? ''} onChange={(event) => void choose(event.target.value)}>
              {personas.map((persona) => (
                <option key={persona}>{persona}</option>
              ))}
              <option value="">nobody</option>
            </select>
          </label>
        )}
        <p role="status">{status}</p>
      </header>
      <main>
        <GraphiQL fetcher={fetcher} defaultTabs={tabs} storage={storage} defaultEditorToolsVisibility={false} />
      </main>
    </>
  );
}
