/** The stories, by name and in the order in which they are told. */
import { docs } from './docs.ts';
import { house } from './house.ts';
import type { Story } from './story.ts';

export const STORIES: readonly Story[] = [house, docs];
