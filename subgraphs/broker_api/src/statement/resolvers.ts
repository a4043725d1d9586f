/** Doormen of statements and payment runs. */
import { refusable } from '@olly/kit/errors';
import { money } from '@olly/kit/money';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { CommissionStatementRow } from '../mappers.ts';
import { issueStatement, payCommissions, runPayments } from './commands.ts';

const REFUSAL = 'BrokerRefusal';

export const statementResolvers = {
  Query: {
    commissionStatement: (_parent, { locator }, { loaders }) => loaders.statementByLocator.load(locator),
  },
  Mutation: {
    issueCommissionStatement: (_parent, { input }, ctx) => refusable(REFUSAL, async () => ({ statements: await issueStatement(ctx, input) })),
    runCommissionPayments: (_parent, { input }, ctx) => refusable(REFUSAL, () => runPayments(ctx, input)),
    payCommissions: (_parent, { input }, ctx) => refusable(REFUSAL, () => payCommissions(ctx, input)),
  },
  Broker: {
    statements: async (broker, page, { prisma, ability, loaders }) =>
      listPage<CommissionStatementRow>(prisma.statements, { AND: [(await ability()).where('statements'), { broker_locator: broker.locator }] }, page, (ids) => loaders.statementById.loadMany(ids)),
  },
  CommissionStatement: {
    broughtForward: (row) => money(row.brought_forward, row.currency),
    earned: (row) => money(row.earned, row.currency),
    takenBack: (row) => money(row.taken_back, row.currency),
    total: (row) => money(row.total, row.currency),
    broker: (row, _args, { loaders }) => loaders.brokerByLocator.load(row.broker_locator),
    commissions: (row, _args, { loaders }) => loaders.commissionsOfStatement.load(row.id),
    carriedInto: (row, _args, { loaders }) => (row.carried_into ? loaders.statementById.load(row.carried_into) : null),
  },
  CommissionPaymentRun: { statements: (run, _args, { loaders }) => loaders.statementsOfRun.load(run.id) },
  IssueStatementResult: resultOf('IssuedStatements'),
  RunCommissionPaymentsResult: resultOf('CommissionPaymentRun'),
  PayCommissionsResult: resultOf('CommissionPayment'),
} satisfies Resolvers<Context>;
