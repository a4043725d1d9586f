/** Kills over the embedded log. */
import { killContract } from './kill.contract.ts';

killContract('embedded log');
