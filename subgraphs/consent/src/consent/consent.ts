/**
 * What can be consented to, and what one yes or no means for what stood before. Pure. A party that was never asked has not agreed; the first "no" is a change
 * all the same, since from then on it is known.
 */
export const CONSENT_TYPES = [
  'HEALTH_DATA',
  'TRIAGE',
  'CARE',
  'BROKER_SHARING',
  'EMPLOYER_SHARING',
  'MARKETING_EMAIL',
  'MARKETING_SMS',
  'MARKETING_PUSH',
  'MARKETING_POST',
  'RESEARCH',
  'AUTOMATED_DECISION',
] as const;
export type ConsentType = (typeof CONSENT_TYPES)[number];

export interface ConsentDecision {
  readonly granted: boolean;
  readonly wasGranted: boolean | null;
  /** False: the same was said again. It is noted, and nobody is told. */
  readonly isChange: boolean;
}

/** What saying yes or no makes of what stood before; null: never asked. */
export const decideConsent = (before: { readonly granted: boolean } | null, granted: boolean): ConsentDecision => ({
  granted,
  wasGranted: before?.granted ?? null,
  isChange: before?.granted !== granted,
});
