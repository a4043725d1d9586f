/** Goose migrations, run by the service itself at its start; `goose` can take over the database at any time. */
export * from './files.ts';
export * from './parse.ts';
export * from './runner.ts';
