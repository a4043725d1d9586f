/**
 * Books, their reviews and the reviews' authors, in memory. Twenty books with three reviews each by four authors: a query over all three has
 * entities that occur more than once, as real ones do.
 */
interface Row {
  readonly [column: string]: unknown;
}

const books: readonly Row[] = Array.from({ length: 20 }, (_, i) => ({ isbn: `978-${i}`, title: `Book ${i}`, year: 1990 + i, price: { amount: `${10 + i}.50`, currency: 'EUR' } }));
const reviews: readonly Row[] = Array.from({ length: 60 }, (_, i) => ({ id: `r${i}`, isbn: `978-${Math.floor(i / 3)}`, stars: (i % 5) + 1, text: `What reader ${i % 4} thought of it`, author: { id: `a${i % 4}` } }));
const authors: readonly Row[] = Array.from({ length: 4 }, (_, i) => ({ id: `a${i}`, name: `Author ${i}`, town: i % 2 ? 'Utrecht' : null }));

const bookByIsbn = new Map(books.map((book) => [book.isbn, book]));
const reviewsByIsbn = new Map(books.map((book) => [book.isbn, reviews.filter(({ isbn }) => isbn === book.isbn)]));
const reviewById = new Map(reviews.map((review) => [review.id, review]));
const authorById = new Map(authors.map((author) => [author.id, author]));

type Resolver = (row: Row, args: Row) => unknown;

/** Resolvers by subgraph. */
export const RESOLVERS: Record<'books' | 'reviews' | 'authors', Record<string, Record<string, Resolver>>> = {
  books: {
    Query: { topBooks: (_row, { first }) => books.slice(0, (first as number | null) ?? 5) },
    Book: { __resolveReference: ({ isbn }) => bookByIsbn.get(isbn) ?? null },
  },
  reviews: {
    Query: { newestReviews: (_row, { first }) => reviews.slice(0, (first as number | null) ?? 5) },
    Book: { __resolveReference: ({ isbn }) => ({ isbn }), reviews: ({ isbn }) => reviewsByIsbn.get(isbn) ?? [] },
    Review: { __resolveReference: ({ id }) => reviewById.get(id) ?? null },
  },
  authors: {
    Query: { author: (_row, { id }) => authorById.get(id) ?? null },
    Author: { __resolveReference: ({ id }) => authorById.get(id) ?? null },
  },
};
