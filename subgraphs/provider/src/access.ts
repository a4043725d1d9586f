/**
 * Who sees what of providers; docs/access.md says what each relation gives. The directory is open to everybody signed in. Credentialing is the provider's own
 * business: it belongs to whoever acts for the provider, and to the party behind it.
 */
import { type AccessRules, hasRole, type Identity } from '@olly/kit/auth';
import type { ProviderRow } from './mappers.ts';

export const access: AccessRules = {
  providers: { type: 'Provider', relations: {} },
  credentialing_requests: {
    type: 'CredentialingRequest',
    relations: {
      OWN: (who, grants) => ({ provider_locator: { in: [...grants.targets('SELF'), ...(who.actsFor.provider ? [who.actsFor.provider] : [])] } }),
    },
  },
};

/** Is this the caller's own entry? */
export const isOwnProvider = (who: Identity, provider: Pick<ProviderRow, 'locator' | 'party_id'>): boolean =>
  who.actsFor.provider === provider.locator || (who.party !== undefined && who.party.id === provider.party_id);

/** Fees are a matter between the plan and each provider: competitors do not see one another's. */
export const seesFeesOf = (who: Identity, provider: Pick<ProviderRow, 'locator' | 'party_id'>): boolean =>
  seesAllFees(who) || isOwnProvider(who, provider);

export const seesAllFees = (who: Identity): boolean => who.scopes.includes('service') || hasRole(who, 'adjuster', 'finance', 'admin');
