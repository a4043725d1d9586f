/**
 * Makes the committed supergraph loadable. Access directives are enforced in the subgraphs; the JavaScript gateway refuses to load a
 * supergraph that carries them ("for: SECURITY but is unsupported"), while other routers want them. So they stay in the file and are
 * taken out here: their applications, definitions, scalars and `@link`s. Called once, at start.
 */
import { type ConstDirectiveNode, type DirectiveNode, type DocumentNode, Kind, parse, print, visit } from 'graphql';

const SECURITY_SPEC = /^https:\/\/specs\.apollo\.dev\/(authenticated|requiresScopes|policy)\//;

function argumentText(directive: DirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** The name under which a `@link` brings in a security directive, if it does. */
function securityName(directive: DirectiveNode): string | undefined {
  if (directive.name.value !== 'link') return undefined;
  const spec = SECURITY_SPEC.exec(argumentText(directive, 'url') ?? '')?.[1];
  return spec && (argumentText(directive, 'as') ?? spec);
}

/** The same supergraph without `@authenticated`, `@requiresScopes` and `@policy`. */
export function withoutSecurityDirectives(supergraphSdl: string): string {
  const document: DocumentNode = parse(supergraphSdl, { noLocation: true });
  const links: readonly ConstDirectiveNode[] = document.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION ? (definition.directives ?? []) : [],
  );
  const names = new Set(links.flatMap((link) => securityName(link) ?? []));
  const isTheirs = (name: string) => [...names].some((directive) => name.startsWith(`${directive}__`));
  return print(
    visit(document, {
      Directive: (node) => (names.has(node.name.value) || securityName(node) ? null : undefined),
      DirectiveDefinition: (node) => (names.has(node.name.value) ? null : undefined),
      ScalarTypeDefinition: (node) => (isTheirs(node.name.value) ? null : undefined),
    }),
  );
}

/** The subgraphs of a supergraph and the URLs written into it: name → URL. */
export function subgraphsOf(supergraphSdl: string): Record<string, string> {
  const found: Record<string, string> = {};
  visit(parse(supergraphSdl, { noLocation: true }), {
    Directive: (node) => {
      const name = node.name.value === 'join__graph' ? argumentText(node, 'name') : undefined;
      if (name !== undefined) found[name] = argumentText(node, 'url') ?? '';
    },
  });
  return found;
}
