/** Doormen of memberships. */
import { refusable } from '@olly/kit/errors';
import { resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { changeDependants, changeMember, joinScheme, leaveScheme, reinstateMember } from './commands.ts';

export const memberResolvers = {
  Mutation: {
    joinScheme: (_parent, { input }, ctx) => refusable('SchemeRefusal', () => joinScheme(ctx, input)),
    leaveScheme: (_parent, { input }, ctx) => refusable('SchemeRefusal', () => leaveScheme(ctx, input)),
    reinstateMember: (_parent, { input }, ctx) => refusable('SchemeRefusal', () => reinstateMember(ctx, input.id)),
    changeMember: (_parent, { input }, ctx) => refusable('SchemeRefusal', () => changeMember(ctx, input)),
    changeDependants: (_parent, { input }, ctx) => refusable('SchemeRefusal', () => changeDependants(ctx, input)),
  },
  SchemeMember: {
    __resolveReference: (reference, { loaders }) => loaders.memberById.load((reference as { id: string }).id),
    party: (member) => ({ locator: member.member_party_locator }),
    policy: (member) => (member.policy_locator ? { locator: member.policy_locator } : null),
    scheme: (member, _args, { loaders }) => loaders.schemeById.load(member.scheme_id),
    history: (member, _args, { loaders }) => loaders.periodsOfMember.load(member.id),
  },
  Party: {
    __resolveReference: (reference) => reference as { locator: string },
    schemeMemberships: async (party, _args, { loaders, ability }) => {
      const who = await ability();
      return (await loaders.membershipsOfParty.load(party.locator)).filter((row) => who.sees('scheme_members', row));
    },
  },
  SchemeMemberResult: resultOf('SchemeMember'),
} satisfies Resolvers<Context>;
