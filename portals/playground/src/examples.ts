/**
 * What the playground opens with: one tab each. A test holds every one to the supergraph, so a renamed field shows here before a visitor sees it.
 */
export interface Example {
  readonly title: string;
  /** The persona for whom it shows most. */
  readonly persona: string;
  readonly query: string;
  readonly variables?: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    title: 'Who am I?',
    persona: 'member',
    query: `# Who am I? Choose another persona above.
# Ctrl-Enter sends; Ctrl-Space completes.
query WhoAmI {
  me {
    locator
    displayName
    email
    roles {
      roleType
      target
      validFrom
    }
  }
}
`,
  },
  {
    title: 'My policies and cover',
    persona: 'member',
    query: `# My policies, whom each covers, what is left
# of each limit, and the charges.
# Three services answer.
query MyPoliciesAndCover {
  policies(first: 5) {
    nodes {
      locator
      status
      productCode
      inceptionDate
      coveredTo
      cover(first: 10) {
        nodes {
          party {
            displayName
          }
          elementType
          status
        }
      }
      accumulators {
        type
        level
        limit {
          amount
          currency
        }
        remaining {
          amount
          currency
        }
      }
      charges(first: 3) {
        nodes {
          locator
        }
      }
    }
  }
}
`,
  },
  {
    title: 'Find a provider',
    persona: 'member',
    query: `# Physiotherapists, and their networks.
# The search stands under Variables.
query FindAProvider($search: ProviderSearch) {
  providers(search: $search, first: 10) {
    nodes {
      locator
      name
      specialty
      networkStatus
      networks {
        network
      }
    }
  }
}
`,
    variables: `{ "search": { "specialty": "Physiotherapy" } }`,
  },
];
