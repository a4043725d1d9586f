/**
 * Who asks. The gateway makes it from a verified JWT and passes it on in the signed request; a subgraph believes no other source.
 */
export interface Identity {
  /** The token's `sub`, or the service's name. */
  readonly subject: string;
  readonly kind: 'anonymous' | 'person' | 'service';
  /** Work and customer roles, for instance `member`, `adjuster`. What they may see stands in docs/access.md. */
  readonly roles: readonly string[];
  /** OAuth scopes; `service` is given to services only. */
  readonly scopes: readonly string[];
  /** The person's own party, by both of its names. */
  readonly party?: { readonly id: string; readonly locator: string };
  /** What the person acts for, by kind: `{ broker: "brk_…", provider: "prv_…", scheme: "sch_…" }`. */
  readonly actsFor: Readonly<Record<string, string>>;
  /** Set when a service asks on somebody's behalf: that person's subject. For audit only; rights are the service's. */
  readonly onBehalfOf?: string;
}

export const ANONYMOUS: Identity = { subject: 'anonymous', kind: 'anonymous', roles: [], scopes: [], actsFor: {} };

/** A service acting for itself or for a caller. */
export const serviceIdentity = (service: string, onBehalfOf?: string): Identity => ({
  subject: service,
  kind: 'service',
  roles: [],
  scopes: ['service'],
  actsFor: {},
  onBehalfOf,
});

export const hasRole = (identity: Identity, ...roles: readonly string[]): boolean =>
  roles.some((role) => identity.roles.includes(role));
