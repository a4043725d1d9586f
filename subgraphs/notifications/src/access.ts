/** Who sees which notification and preferences: whose they are; staff see that something was sent, not what. docs/access.md says what each relation gives. */
import type { AccessRules, TableAccess } from '@olly/kit/auth';

const relations: TableAccess['relations'] = { OWN: (who) => (who.party ? { party_locator: who.party.locator } : undefined) };

export const access: AccessRules = {
  notification_log: { type: 'Notification', relations },
  notification_preferences: { type: 'Notification', relations },
};
