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
    title: 'My claims',
    persona: 'member',
    query: `# My claims, line by line: what was allowed,
# what the plan pays, what is left to me and why,
# and how each claim moved my limits.
query MyClaims {
  claims(first: 5) {
    nodes {
      locator
      status
      incidentDate
      provider {
        name
      }
      memberOwes {
        amount
        currency
      }
      lines {
        lineNumber
        procedureCode
        status
        reasonCode
        claimed {
          amount
        }
        allowed {
          amount
        }
        planPays {
          amount
        }
        memberOwes {
          amount
        }
      }
      policy {
        accumulators {
          type
          used {
            amount
          }
          remaining {
            amount
          }
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
    query: `# Practices, and their networks.
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
    variables: `{ "search": { "specialty": "General practice" } }`,
  },
  {
    title: 'The adjuster’s queue',
    persona: 'adjuster',
    query: `# Claims that wait for a decision, and why.
# Ask as adjuster.
query AdjustersQueue {
  claims(filter: { status: [SUBMITTED, IN_REVIEW] }, first: 20) {
    nodes {
      locator
      status
      holdReason
      receivedOn
      claimed {
        amount
        currency
      }
      claimant {
        displayName
      }
      provider {
        name
        networkStatus
      }
      events {
        eventType
        reason
        createdAt
      }
    }
  }
}
`,
  },
  {
    title: 'One claim, six services',
    persona: 'member',
    query: `# One question, six services: claims, parties,
# policies, cover, bills and letters.
query OneClaimSixServices {
  claims(first: 1) {
    nodes {
      locator
      status
      claimant {
        displayName
      }
      policy {
        locator
        status
        accumulators {
          type
          remaining {
            amount
            currency
          }
        }
      }
      charges(first: 5) {
        nodes {
          locator
          status
          amount {
            amount
            currency
          }
        }
      }
      producedDocuments(first: 5) {
        nodes {
          documentType
          filename
        }
      }
    }
  }
}
`,
  },
];
