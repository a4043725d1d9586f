/** Who sees which part of care: the person, the guardian of one under 16, and those who treat. Slots are a calendar that members and providers may read. */
import type { AccessRules, RelationRule } from '@olly/kit/auth';

const own: RelationRule = (who) => (who.party ? { party_locator: who.party.locator } : undefined);
const ward: RelationRule = (_who, grants) => ({ party_locator: { in: grants.targets('GUARDIAN') } });
const patientOf =
  (column: string): RelationRule =>
  (who) =>
    who.actsFor.provider ? { [column]: who.actsFor.provider } : undefined;

export const access: AccessRules = {
  episodes: { type: 'CareEpisode', relations: { OWN: own, WARD: ward, CLIENT: (who) => (who.actsFor.provider ? { treated_by: { has: who.actsFor.provider } } : undefined) } },
  provider_slots: { type: 'ProviderSlot', relations: {} },
  appointments: { type: 'Appointment', relations: { OWN: own, WARD: ward, CLIENT: patientOf('provider_locator') } },
  prescriptions: { type: 'Prescription', relations: { OWN: own, WARD: ward, CLIENT: patientOf('provider_locator') } },
  diagnostics_referrals: {
    type: 'DiagnosticsReferral',
    relations: { OWN: own, WARD: ward, CLIENT: (who) => (who.actsFor.provider ? { OR: [{ referred_by: who.actsFor.provider }, { clinic_locator: who.actsFor.provider }] } : undefined) },
  },
};
