/** The stories, by name and in the order in which they are told. */
import { claims } from './claims.ts';
import { docs } from './docs.ts';
import { house } from './house.ts';
import { others } from './others.ts';
import { people } from './people.ts';
import { selling } from './selling.ts';
import type { Story } from './story.ts';

export const STORIES: readonly Story[] = [house, claims, selling, people, others, docs];
