/**
 * The demo's data, step by step, through the same commands that everybody uses. A step runs until it has succeeded once and is then written down, so a start that was
 * killed in the middle goes on where it was; therefore a step asks with idempotency keys of its own and may find its work half done.
 */
import type { SeedStep } from './seeding.ts';
import { claims } from './steps/claims.ts';
import { care, money } from './steps/money-and-care.ts';
import { people } from './steps/people.ts';
import { policies } from './steps/policies.ts';
import { products } from './steps/products.ts';

export const steps: readonly SeedStep[] = [products, people, policies, claims, money, care];
