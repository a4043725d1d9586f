/** What a request has: its loaders. Each costs one statement, however many rows are asked for. */
import { childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { bookSumsLoader } from './book/store.ts';
import type { BookPolicyRow, BrokerRow, CommissionRow, CommissionStatementRow } from './mappers.ts';
import { balancesLoader } from './commission/store.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
}

export function createServices({ pool }: SubgraphDeps): Services {
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'broker_api') }) };
}

function createLoaders({ pool, ability }: RequestBase) {
  const brokers = { pool, table: 'broker_api.broker_configs', subject: 'broker_configs', ability };
  const commissions = { pool, table: 'broker_api.commissions', subject: 'commissions', ability };
  const statements = { pool, table: 'broker_api.statements', subject: 'statements', ability };
  const book = { pool, table: 'broker_api.book_policies', subject: 'book_policies', ability };
  return {
    brokerById: rowLoader<BrokerRow>(brokers, 'id', 'uuid'),
    brokerByLocator: rowLoader<BrokerRow>(brokers, 'locator', 'text'),
    commissionById: rowLoader<CommissionRow>(commissions, 'id', 'uuid'),
    commissionByLocator: rowLoader<CommissionRow>(commissions, 'locator', 'text'),
    commissionsOfPolicy: childrenLoader<CommissionRow>(commissions, 'policy_locator', 'text', 'id'),
    commissionsOfStatement: childrenLoader<CommissionRow>(commissions, 'statement_id', 'uuid', 'id'),
    statementById: rowLoader<CommissionStatementRow>(statements, 'id', 'uuid'),
    statementByLocator: rowLoader<CommissionStatementRow>(statements, 'locator', 'text'),
    statementsOfRun: childrenLoader<CommissionStatementRow>(statements, 'payment_run_id', 'uuid', 'id'),
    bookPolicyById: rowLoader<BookPolicyRow>(book, 'id', 'uuid'),
    bookSums: bookSumsLoader(pool),
    balanceOfBroker: balancesLoader(pool),
  };
}

export interface Context extends RequestBase {
  readonly prisma: PrismaClient;
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, { prisma }: Services): Context => ({ ...base, prisma, loaders: createLoaders(base) });
