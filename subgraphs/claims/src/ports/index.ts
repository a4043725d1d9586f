/** The services that a claim is decided with. */
import type { EligibilityPort } from './eligibility.ts';
import type { EnrollmentPort } from './enrollment.ts';
import type { ProviderPort } from './provider.ts';

export * from './eligibility.ts';
export * from './enrollment.ts';
export * from './provider.ts';

export interface Ports {
  readonly eligibility: EligibilityPort;
  readonly provider: ProviderPort;
  readonly enrollment: EnrollmentPort;
}
