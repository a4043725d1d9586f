/** What a request of policy administration has: its loaders. Each costs one statement, however many rows are asked for. */
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { AccountRow, FieldDefinitionRow, MarketProfileRow, PartyRoleRow, PartyRow, ProductRow, ProductVersionRow, RuleEvaluationRow, RuleRow, RuleSetRow } from './mappers.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
}

export function createServices({ pool }: SubgraphDeps): Services {
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'policy_admin') }) };
}

function createLoaders({ pool, ability }: RequestBase) {
  const parties = { pool, table: 'policy_admin.parties', subject: 'parties', ability };
  const accounts = { pool, table: 'policy_admin.accounts', subject: 'accounts', ability };
  const reference = (table: string) => ({ pool, table: `policy_admin.${table}`, ability });
  return {
    partyById: rowLoader<PartyRow>(parties, 'id', 'uuid'),
    partyByLocator: rowLoader<PartyRow>(parties, 'locator', 'text'),
    rolesOfParty: childrenLoader<PartyRoleRow>(reference('party_roles'), 'party_id', 'uuid', 'valid_from, id'),
    accountById: rowLoader<AccountRow>(accounts, 'id', 'uuid'),
    accountByLocator: rowLoader<AccountRow>(accounts, 'locator', 'text'),
    accountsOfHolder: childPageLoader<AccountRow>(accounts, 'holder_party_id', 'uuid'),
    market: rowLoader<MarketProfileRow>(reference('market_profiles'), 'market_code', 'text'),
    productById: rowLoader<ProductRow>(reference('products'), 'id', 'uuid'),
    productByLocator: rowLoader<ProductRow>(reference('products'), 'locator', 'text'),
    productByCode: rowLoader<ProductRow>(reference('products'), 'code', 'text'),
    versionById: rowLoader<ProductVersionRow>(reference('product_versions'), 'id', 'uuid'),
    versionsOfProduct: childrenLoader<ProductVersionRow>(reference('product_versions'), 'product_id', 'uuid', 'version'),
    fieldsOfVersion: childrenLoader<FieldDefinitionRow>(reference('field_definitions'), 'product_version_id', 'uuid', 'field_key'),
    ruleSetById: rowLoader<RuleSetRow>(reference('rule_sets'), 'id', 'uuid'),
    ruleSetsOfVersion: childrenLoader<RuleSetRow>(reference('rule_sets'), 'product_version_id', 'uuid', 'name'),
    evaluationById: rowLoader<RuleEvaluationRow>(reference('rule_evaluations'), 'id', 'uuid'),
    rulesOfSet: childrenLoader<RuleRow>(reference('rules'), 'rule_set_id', 'uuid', 'priority, id'),
  };
}

export interface Context extends RequestBase {
  readonly prisma: PrismaClient;
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, { prisma }: Services): Context => ({ ...base, prisma, loaders: createLoaders(base) });
