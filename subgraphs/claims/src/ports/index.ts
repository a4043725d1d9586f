/** The services that a claim is decided with. */
import type { DocumentsPort } from './documents.ts';
import type { EligibilityPort } from './eligibility.ts';
import type { EnrollmentPort } from './enrollment.ts';
import type { PolicyAdminPort } from './policyAdmin.ts';
import type { ProviderPort } from './provider.ts';

export * from './documents.ts';
export * from './eligibility.ts';
export * from './enrollment.ts';
export * from './policyAdmin.ts';
export * from './provider.ts';

export interface Ports {
  readonly eligibility: EligibilityPort;
  readonly provider: ProviderPort;
  readonly enrollment: EnrollmentPort;
  readonly policyAdmin: PolicyAdminPort;
  readonly documents: DocumentsPort;
}
