/** Claims and its services under test. */
import { configOf, ready } from '../spawn.ts';
import { serveClaims } from './claims-services.ts';
import type { ClaimsConfig } from './claims-setting.ts';

ready({ urls: await serveClaims(configOf<ClaimsConfig>()) });
