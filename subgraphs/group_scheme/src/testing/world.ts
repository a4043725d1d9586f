/**
 * The other services as group_scheme meets them on the wire: files, people, quotes and policies, each made once for a key. A test may say how they fail. What they hold survives a worker
 * that is killed.
 */
import { appError } from '@olly/kit/errors';
import { newId, newLocator } from '@olly/kit/locator';

interface Quote {
  readonly locator: string;
  readonly insured: readonly { partyLocator: string; relationship: string }[];
  status: string;
  policy?: { id: string; locator: string };
}

type Variables = Record<string, unknown>;

export class OtherServices {
  readonly files = new Map<string, { ownerPartyLocator: string | null; uploadedBy: string; contentType: string; content: Buffer }>();
  readonly people = new Map<string, { id: string; locator: string; body: string }>();
  readonly quotes = new Map<string, Quote>();
  readonly changes: { name: string; input: Variables }[] = [];
  /** Last names on which the rules frown, with the state in which they leave a quote. */
  readonly frownedOn = new Map<string, string>();
  /** Asked before each answer; throws what the wire would. */
  disturb: (document: string) => void | Promise<void> = () => {};
  private readonly frownedParties = new Map<string, string>();

  file(content: string | Buffer, uploadedBy: string, contentType = 'text/csv'): string {
    const locator = newLocator('fil');
    this.files.set(locator, { ownerPartyLocator: null, uploadedBy, contentType, content: Buffer.from(content as string) });
    return locator;
  }

  readonly policies = () => [...this.quotes.values()].flatMap(({ policy, insured }) => (policy ? [{ ...policy, insured }] : []));

  readonly answer = async (document: string, variables: Variables): Promise<unknown> => {
    await this.disturb(document);
    if (document.includes('fileFor')) return { fileFor: this.fileFor(String(variables.locator)) };
    if (document.includes('productVersionOn')) return { productVersionOn: { id: '01900000-0000-7000-8000-0000000000aa' } };
    const { input } = variables as { input: Variables & { idempotencyKey: string } };
    if (document.includes('registerParty')) return { done: this.register(input) };
    if (document.includes('createQuote')) return { done: this.quote(input) };
    if (document.includes('validateQuote')) return this.walk(variables as { quote: string; key?: string });
    if (document.includes('discardQuote')) return { done: this.discard(String(variables.quote)) };
    for (const name of ['cancelPolicy', 'reinstatePolicy', 'endorsePolicy']) {
      if (!document.includes(name)) continue;
      this.changes.push({ name, input });
      return { done: { __typename: 'PolicyTransaction', locator: newLocator('txn') } };
    }
    throw new Error('nobody answers this');
  };

  private fileFor(locator: string) {
    const file = this.files.get(locator);
    return file ? { ...file, base64: file.content.toString('base64') } : null;
  }

  private register({ idempotencyKey, ...person }: Variables & { idempotencyKey: string }) {
    if (person.lastName === 'Nobody') return { __typename: 'PartyRefusal', code: 'TEXT_INVALID', message: 'No.', field: 'lastName' };
    const body = JSON.stringify(person);
    const known = this.people.get(idempotencyKey) ?? { id: newId(), locator: newLocator('pty'), body };
    if (known.body !== body) return { __typename: 'PartyRefusal', code: 'IDEMPOTENCY_MISMATCH', message: 'Other input.', field: null };
    this.people.set(idempotencyKey, known);
    const outcome = this.frownedOn.get(String(person.lastName));
    if (outcome) this.frownedParties.set(known.locator, outcome);
    return { __typename: 'Party', ...known };
  }

  private quote({ idempotencyKey, insured }: Variables & { idempotencyKey: string }) {
    const known = this.quotes.get(idempotencyKey) ?? { locator: newLocator('quo'), insured: insured as Quote['insured'], status: 'DRAFT' };
    this.quotes.set(idempotencyKey, known);
    return { __typename: 'Quote', id: newId(), locator: known.locator };
  }

  private find(locator: string): Quote {
    const found = [...this.quotes.values()].find((one) => one.locator === locator);
    if (!found) throw appError('NOT_FOUND', 'The quote was not found.');
    return found;
  }

  private walk({ quote: locator, key }: { quote: string; key?: string }) {
    const quote = this.find(locator);
    const outcome = quote.insured.map((one) => this.frownedParties.get(one.partyLocator)).find((one) => one !== undefined) ?? 'UNDERWRITTEN';
    const step = (from: string, to: string) => {
      if (quote.status !== from) return { __typename: 'EnrollmentRefusal', code: 'ILLEGAL_TRANSITION', message: `The quote is ${quote.status} and cannot become ${to}.`, field: null };
      quote.status = to;
      return { __typename: 'Quote', status: to };
    };
    const steps = { validated: step('DRAFT', 'VALIDATED'), priced: step('VALIDATED', 'PRICED'), underwritten: step('PRICED', outcome) };
    if (key === undefined) return steps;
    const accepted = step('UNDERWRITTEN', 'ACCEPTED');
    if (quote.status === 'ACCEPTED') {
      quote.status = 'ISSUED';
      quote.policy = { id: newId(), locator: newLocator('pol') };
    }
    return { ...steps, accepted, issued: quote.policy ? { __typename: 'Policy', ...quote.policy } : step('ACCEPTED', 'ISSUED') };
  }

  private discard(locator: string) {
    const quote = this.find(locator);
    if (quote.status === 'ISSUED') return { __typename: 'EnrollmentRefusal', code: 'ILLEGAL_TRANSITION', message: 'The quote is ISSUED and cannot become DISCARDED.', field: null };
    quote.status = 'DISCARDED';
    return { __typename: 'Quote', status: 'DISCARDED' };
  }
}

const HEADER = 'employee_number,relationship,first_name,last_name,date_of_birth,joined_on,region';

/** A file of employees, each with so many children. */
export function fileOf(employees: number, { children = 0, lastName = (index: number) => `Canary${index}`, prefix = 'E' } = {}): string {
  const rows = Array.from({ length: employees }, (_, index) => [
    `${prefix}-${index},EMPLOYEE,First${index},${lastName(index)},1985-01-${String((index % 28) + 1).padStart(2, '0')},2026-02-01,LONDON`,
    ...Array.from({ length: children }, (__, child) => `${prefix}-${index},CHILD,Child${child},${lastName(index)},2015-01-${String((index % 28) + 1).padStart(2, '0')},,`),
  ]);
  return [HEADER, ...rows.flat()].join('\n');
}
