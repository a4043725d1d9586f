export * from './access.ts';
export * from './demo-issuer.ts';
export * from './grants.ts';
export * from './identity.ts';
export * from './jwt.ts';
export * from './signing.ts';
