/**
 * The configuration: every variable of the environment that a process of the house reads, with its meaning and default. Parsed once at start; a
 * wrong value stops the start and names the variable, never its value. `.env.example` is made from here.
 */
import { z } from 'zod';

const url = (protocols: RegExp) => z.string().refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), 'is not a URL of the right kind');
const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A group of variables under one heading of `.env.example`. */
export const SETTINGS = {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development').describe('production refuses the demo issuer, the demo clock and demo secrets'),
  PORT: port.default(4000).describe('The gateway listens here'),
  HOST: z.string().default('127.0.0.1').describe('The address the gateway listens on; 0.0.0.0 in a container'),
  OLLY_DATA_DIR: z.string().default('.olly').describe('Where the embedded PostgreSQL, files and run.json are kept'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info').describe('The least severe line that is logged'),
  DATABASE_URL: url(/^postgres(ql)?:$/).optional().describe('The PostgreSQL cluster, as its administrator; embedded when not set. <NAME>_DATABASE_URL and <NAME>_OWNER_DATABASE_URL name one service\'s database instead'),
  SERVICE_SECRET: z.string().min(32).optional().describe('Signs requests between the gateway and the services; made for the demo when not set'),
  SUBGRAPH_URL: z.string().default('http://{name}:4001/graphql').describe('Where a service answers when each runs alone; {name} stands for its name. <NAME>_URL names one service\'s address instead'),
  KAFKA_BROKERS: z.string().transform((text) => text.split(',').map((broker) => broker.trim())).optional().describe('Comma-separated host:port of the brokers; the embedded log when not set'),
  OIDC_ISSUER: url(/^https?:$/).optional().describe('Whose tokens the gateway accepts; the demo issuer when not set'),
  OIDC_AUDIENCE: z.string().default('olly').describe('The audience that a token must name'),
  SMTP_URL: url(/^smtps?:$/).optional().describe('Where e-mail goes; a local sink when not set'),
  MAIL_FROM: z.string().default('Olly <no-reply@olly.example>').describe('The sender of e-mail'),
  SMS_URL: url(/^https?:$/).default('https://api.twilio.com').describe('Where text messages go: Twilio, or what speaks its API'),
  SMS_ACCOUNT: z.string().optional().describe('The account that sends text messages; none are sent when not set'),
  SMS_TOKEN: z.string().optional().describe('Its token'),
  SMS_FROM: z.string().optional().describe('The number that text messages come from'),
  PUSH_SERVICE_ACCOUNT: z.string().optional().describe('The JSON of a Firebase service account, for push messages; none are sent when not set'),
  STRIPE_SECRET_KEY: z.string().optional().describe('The key of a Stripe account, for cards and direct debits; a test gateway that moves no money when not set'),
  STRIPE_WEBHOOK_SECRET: z.string().optional().describe('What Stripe signs its webhooks with; they are refused when not set'),
  STRIPE_URL: url(/^https?:$/).default('https://api.stripe.com').describe('Where Stripe answers'),
  S3_ENDPOINT: url(/^https?:$/).optional().describe('An S3-compatible store for files; the database when not set'),
  S3_REGION: z.string().default('us-east-1').describe('The region of the bucket'),
  S3_BUCKET: z.string().optional().describe('The bucket for files'),
  S3_ACCESS_KEY_ID: z.string().optional().describe('The key that may read and write the bucket'),
  S3_SECRET_ACCESS_KEY: z.string().optional().describe('Its secret'),
  LLM_URL: url(/^https?:$/).optional().describe('A chat-completions endpoint for triage; the built-in question tree when not set'),
  LLM_MODEL: z.string().optional().describe('The model to ask'),
  LLM_API_KEY: z.string().optional().describe('Its key'),
  ALLOW_INTROSPECTION: flag.optional().describe('true answers introspection in production too'),
} as const;

const schema = z.object(SETTINGS);
export type Settings = Readonly<z.infer<typeof schema>>;

/** Shell files leave empty what is not set; empty means absent. */
const present = (env: NodeJS.ProcessEnv) => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

/** Parses the environment. Throws one error that lists every wrong variable. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const parsed = schema.safeParse(present(env));
  if (parsed.success) {
    if (parsed.data.NODE_ENV === 'production') refuseDemo(parsed.data);
    return parsed.data;
  }
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration is wrong:\n${lines.join('\n')}`);
}

/** What the demo makes up for itself, production must be given. */
function refuseDemo(settings: Settings): void {
  const missing = (['SERVICE_SECRET', 'OIDC_ISSUER'] as const).filter((name) => settings[name] === undefined);
  if (missing.length > 0) throw new Error(`With NODE_ENV=production set ${missing.join(' and ')}; the demo's own refuse to run.`);
}

/** The text of `.env.example`: every variable, commented out, with its meaning. */
export function envExample(): string {
  const lines = Object.entries(SETTINGS).map(([name, type]) => {
    const initial = type.safeParse(undefined).data;
    return `# ${type.description ?? ''}\n# ${name}=${initial === undefined ? '' : String(initial)}\n`;
  });
  return `# Made from packages/kit/src/config by "pnpm generate". Nothing needs to be set on one machine.\n\n${lines.join('\n')}`;
}
