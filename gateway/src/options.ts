/**
 * What a gateway is started with. Everything that differs between a laptop and a cluster comes in here; the gateway reads no environment.
 */
import type { Identity, JwtVerifier } from '@olly/kit/auth';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What an operation may be at most. Each has an error code of its own. */
export interface QueryLimits {
  /** Nesting of fields. DEPTH_LIMIT */
  readonly depthMax: number;
  /** Aliased fields, fragments expanded. ALIAS_LIMIT */
  readonly aliasesMax: number;
  /** Directives, fragments expanded. DIRECTIVE_LIMIT */
  readonly directivesMax: number;
  /** Lexical tokens of the document. TOKEN_LIMIT */
  readonly tokensMax: number;
  /** Fields that may be answered: fragments expanded, times the page sizes above them. COST_LIMIT */
  readonly costMax: number;
}

export const DEFAULT_LIMITS: QueryLimits = { depthMax: 12, aliasesMax: 30, directivesMax: 50, tokensMax: 2_000, costMax: 50_000 };

export interface GatewayLog {
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

export interface StaticSite {
  /** For instance `/playground`. */
  readonly prefix: string;
  /** The folder of built files, with an `index.html`. */
  readonly dir: string;
}

/** What routes that others add can ask of the gateway. */
export interface RouteTools {
  /** Who asks, from the bearer token. Rejects with UNAUTHENTICATED. */
  identify(request: FastifyRequest): Promise<Identity>;
}

export interface GatewayOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host?: string;
  /** The composed supergraph: a file, or its text. */
  readonly supergraphPath?: string;
  readonly supergraphSdl?: string;
  /** Where each subgraph is; what is missing is taken from the supergraph. */
  readonly subgraphUrls: Readonly<Record<string, string>>;
  /** SERVICE_SECRET: requests to subgraphs are signed with it. */
  readonly secret: string;
  readonly jwt: JwtVerifier;
  /** No suggestions, no introspection, no demo routes, HSTS. */
  readonly production?: boolean;
  /** Default: on outside production. */
  readonly introspection?: boolean;
  readonly limits?: Partial<QueryLimits>;
  /** A subgraph that has not answered by then gives TIMEOUT. */
  readonly subgraphTimeoutMs?: number;
  /** A request that has not arrived whole by then gets 408: long enough for a photo over a slow line. */
  readonly requestTimeoutMs?: number;
  /** How long running requests may take when the gateway stops. */
  readonly drainMsMax?: number;
  /** By name; one that throws makes `/readyz` answer 503. The subgraphs are checked without being named here. */
  readonly readyChecks?: Readonly<Record<string, () => Promise<unknown>>>;
  /** Metrics of other processes, in Prometheus' text form; added to `/metrics` when they can be had. */
  readonly moreMetrics?: () => Promise<string>;
  readonly sites?: readonly StaticSite[];
  /** Personas and a token for each, served at `/demo/personas` and `/demo/token`; never in production. */
  readonly demoTokens?: { readonly personas: readonly string[]; sign(persona: string): Promise<string> };
  /** Further routes, for instance for files and webhooks. */
  readonly routes?: (app: FastifyInstance, tools: RouteTools) => Promise<void> | void;
  readonly log?: GatewayLog;
}

export interface RunningGateway {
  /** For instance `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Answers what is running, refuses what is new, then closes. */
  stop(): Promise<void>;
}
