/** Doormen of parties and their roles. */
import { refusable } from '@olly/kit/errors';
import { fullSightOnly, listPage, resultOf, whenSeenFully } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { PartyRow } from '../mappers.ts';
import { assignRole, changeParty, finishRole, registerParty } from './commands.ts';

const REFUSAL = 'PartyRefusal';
const likePrefix = (text: string): string => `${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}`;

export const partyResolvers = {
  Query: {
    me: (_parent, _args, { identity, loaders }) => (identity.party ? loaders.partyById.load(identity.party.id) : null),
    party: (_parent, { locator }, { loaders }) => loaders.partyByLocator.load(locator),
    parties: async (_parent, { search, ...page }, { prisma, ability, loaders }) => {
      const filter = {
        ...(search?.name && { name: { startsWith: likePrefix(search.name), mode: 'insensitive' as const } }),
        ...(search?.type && { type: search.type }),
      };
      const where = { AND: [(await ability()).where('parties'), filter] };
      return listPage<PartyRow>(prisma.parties, where, page, (ids) => loaders.partyById.loadMany(ids));
    },
  },
  Mutation: {
    registerParty: (_parent, { input }, ctx) => refusable(REFUSAL, () => registerParty(ctx, input)),
    updateParty: (_parent, { input }, ctx) => refusable(REFUSAL, () => changeParty(ctx, input)),
    assignPartyRole: (_parent, { input }, ctx) => refusable(REFUSAL, () => assignRole(ctx, input)),
    endPartyRole: (_parent, { input }, ctx) => refusable(REFUSAL, () => finishRole(ctx, input)),
  },
  Party: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.partyById.load(reference.id) : loaders.partyByLocator.load((reference as { locator: string }).locator)),
    displayName: (party) => party.name,
    ...fullSightOnly<PartyRow>('parties', ['firstName', 'lastName', 'email', 'phone', 'address', 'dateOfBirth']),
    roles: whenSeenFully('parties', (party: PartyRow, _args: unknown, { loaders }: Context) => loaders.rolesOfParty.load(party.id)),
    accounts: (party, args, { loaders }) => loaders.accountsOfHolder.load(party.id, args),
  },
  PartyRole: { target: (role) => role.locator },
  RegisterPartyResult: resultOf('Party'),
  UpdatePartyResult: resultOf('Party'),
  PartyRoleResult: resultOf('PartyRole'),
} satisfies Resolvers<Context>;
