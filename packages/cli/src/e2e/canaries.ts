/**
 * Rows about one person in every table that can hold what they said or are called, with a canary in each such column. Written past the services, because no one journey fills them all; a column
 * that gets a check it does not meet, or a table that is renamed, fails the test that plants.
 */
import { newId, newLocator } from '@olly/kit/locator';
import { connect } from '@olly/kit/postgres';
import type { TestDatabase } from '@olly/kit/testing';

export interface Planted {
  /** `system.table.column` of every canary. */
  readonly columns: readonly string[];
}

type Row = readonly [system: string, table: string, canaries: readonly string[], others: Record<string, unknown>];

const AGO = '2025-06-01T09:00:00Z';

/** What each table needs beside its canaries; other columns that must be there are made up by their type. */
function rowsAbout(member: { id: string; locator: string }, canary: string): Row[] {
  const [quote, taken, policy, transaction, claim, account, payment, episode, session, document, notification, provider, journal] = Array.from({ length: 13 }, () => newId());
  const insured = { insured: [{ partyId: member.id, party: member.locator, relationship: 'SELF' }], elements: [] };
  const quoted = { holder_party_id: member.id, holder_party_locator: member.locator, document: insured, currency: 'USD', effective_from: '2025-01-01', effective_to: '2026-01-01' };
  const bytes = Buffer.from(`<p>${canary}</p>`);
  const stored = { content: bytes, size_bytes: bytes.length, content_hash: 'a'.repeat(64), content_type: 'text/plain', created_at: AGO };
  const entry = { journal_id: journal, account_id: account, currency: 'USD', amount: '10.00', ledger_account: 'CASH', reference_type: 'PAYMENT' };
  return [
    ['policy_admin', 'parties', ['first_name', 'last_name', 'name', 'email', 'phone', 'address'], { id: member.id, locator: member.locator, type: 'INDIVIDUAL', date_of_birth: '1980-05-17' }],
    ['policy_admin', 'accounts', ['name'], { holder_party_id: member.id, billing_level: 'ACCOUNT', currency: 'USD' }],
    ['enrollment', 'quotes', [], { ...quoted, id: quote, status: 'DRAFT' }],
    ['enrollment', 'quotes', [], { ...quoted, id: taken, status: 'ISSUED', pricing: {}, premium: 1, tax: 1, fees: 1 }],
    ['enrollment', 'quote_field_values', ['value'], { quote_id: quote }],
    ['enrollment', 'quote_field_values', ['value'], { quote_id: taken }],
    ['enrollment', 'policies', ['region'], { id: policy, quote_id: taken, holder_party_id: member.id, billing_level: 'ACCOUNT', currency: 'USD', status: 'ACTIVE', inception_date: '2025-01-01', covered_to: '2026-01-01' }],
    ['enrollment', 'policy_field_values', ['value'], { policy_id: policy }],
    ['enrollment', 'policy_transactions', [], { id: transaction, policy_id: policy, category: 'ISSUANCE', status: 'ISSUED', currency: 'USD' }],
    ['enrollment', 'transaction_field_values', ['value'], { transaction_id: transaction }],
    ['enrollment', 'underwriting_flags', ['value', 'cleared_reason'], { quote_id: quote, flag_type: 'BLOCK', cleared_at: AGO, cleared_by: 'demo' }],
    ['enrollment', 'underwriting_flags', ['value', 'cleared_reason'], { policy_id: policy, flag_type: 'BLOCK', cleared_at: AGO, cleared_by: 'demo' }],
    ['claims', 'claims', ['document', 'payment_reference'], { id: claim, claimant_party_id: member.id, status: 'WITHDRAWN', currency: 'USD', updated_at: AGO }],
    ['claims', 'claim_documents', ['filename'], { claim_id: claim, content_type: 'text/plain', url: `/files/${newLocator('fil')}` }],
    ['claims', 'prior_auths', ['document', 'denial_reason'], { member_party_id: member.id, status: 'DENIED', urgency: 'STANDARD', valid_from: '2025-01-01', valid_to: '2025-06-01' }],
    ['billing', 'accounts', [], { id: account, billing_level: 'ACCOUNT', currency: 'USD' }],
    ['billing', 'access', [], { party_id: member.id, party_locator: member.locator, target: newLocator('acc'), target_id: account, role: 'HOLDER' }],
    ['billing', 'payments', ['reference', 'source_token', 'failure_reason'], { id: payment, account_id: account, currency: 'USD', method: 'CARD', status: 'FAILED', received_on: '2025-06-01' }],
    ['billing', 'refunds', ['reason', 'reference'], { payment_id: payment, currency: 'USD', status: 'PENDING', created_at: AGO }],
    ['billing', 'ledger_entries', [], { ...entry, direction: 'DEBIT' }],
    ['billing', 'ledger_entries', [], { ...entry, direction: 'CREDIT' }],
    ['care', 'episodes', ['summary'], { id: episode, party_id: member.id, party_locator: member.locator, care_type: 'PRIMARY_CARE', status: 'CLOSED', closed_at: AGO }],
    ['care', 'appointments', ['notes', 'link_out_url'], { episode_id: episode, party_locator: member.locator, type: 'VIDEO', status: 'COMPLETED', link_out_url: `https://meet.example.org/${canary}` }],
    ['care', 'prescriptions', ['medication'], { episode_id: episode, party_locator: member.locator, status: 'DISPENSED' }],
    ['triage', 'sessions', ['chief_complaint', 'facts'], { id: session, party_id: member.id, party_locator: member.locator, status: 'ABANDONED' }],
    ['triage', 'turns', ['content'], { session_id: session, role: 'MEMBER' }],
    ['documents', 'documents', ['filename', 'content'], { ...stored, id: document, party_locator: member.locator, template_type: 'EXPLANATION_OF_BENEFITS', subject_type: 'CLAIM' }],
    ['documents', 'document_renditions', ['content'], { ...stored, document_id: document, content_type: 'application/pdf' }],
    ['documents', 'files', ['filename', 'content'], { ...stored, owner_party_locator: member.locator }],
    ['notifications', 'notification_log', ['subject', 'body'], { id: notification, party_id: member.id, party_locator: member.locator, channel: 'EMAIL', status: 'PENDING' }],
    ['notifications', 'notification_attempts', ['reason'], { notification_id: notification, outcome: 'RETRY' }],
    ['notifications', 'notification_preferences', ['email', 'phone', 'push_token'], { party_id: member.id, party_locator: member.locator }],
    ['group_scheme', 'scheme_members', ['employee_number', 'cover_refusal'], { member_party_id: member.id, member_party_locator: member.locator, status: 'LEFT', joined_on: '2025-01-01', left_on: '2025-06-01' }],
    ['group_scheme', 'bulk_enrollment_rows', ['errors'], { party_id: member.id, status: 'FAILED', row_number: 1 }],
    ['provider', 'providers', ['name', 'address', 'phone', 'email'], { id: provider, party_id: member.id, market: 'UK', network_status: 'TERMINATED', activated_at: AGO, updated_at: AGO }],
    ['provider', 'credentialing_requests', ['reviewer_notes'], { provider_id: provider, status: 'REJECTED', reviewed_at: AGO }],
  ];
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isNeeded: boolean;
}

function madeUp({ type }: Column): unknown {
  if (type === 'uuid') return newId();
  if (type === 'date') return '2025-06-01';
  if (type.startsWith('timestamp')) return AGO;
  if (type === 'boolean') return false;
  if (type === 'jsonb') return '{}';
  if (type === 'numeric' || type === 'integer' || type === 'bigint') return 1;
  return newLocator('tst');
}

const canaryOf = ({ type }: Column, canary: string): unknown => (type === 'jsonb' ? JSON.stringify({ words: canary }) : type === 'bytea' ? Buffer.from(canary) : canary);

/** Plants; answers where. */
export async function plant(databases: ReadonlyMap<string, TestDatabase>, member: { id: string; locator: string }, canary: string): Promise<Planted> {
  const planted = new Set<string>();
  for (const [name, table, canaries, others] of rowsAbout(member, canary)) {
    const db = databases.get(name) as TestDatabase;
    const admin = await connect(db.adminUrl, 'test');
    try {
      // the rows stand alone: what they refer to is not what is looked at
      await admin.query("SET session_replication_role = 'replica'");
      const { rows } = await admin.query<Column>(
        `SELECT column_name AS name, data_type AS type, is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER' AS "isNeeded"
         FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2`,
        [db.schema, table],
      );
      const missing = [...canaries, ...Object.keys(others)].filter((column) => !rows.some((row) => row.name === column));
      if (missing.length > 0) throw new Error(`${name}.${table} has no ${missing.join(', ')}`);
      const used = rows.filter((row) => row.isNeeded || canaries.includes(row.name) || Object.hasOwn(others, row.name));
      const values = used.map((column) => {
        const given = others[column.name];
        if (given !== undefined) return column.type === 'jsonb' ? JSON.stringify(given) : given;
        return canaries.includes(column.name) ? canaryOf(column, canary) : madeUp(column);
      });
      await admin.query(`INSERT INTO "${db.schema}"."${table}" (${used.map((column) => `"${column.name}"`).join(', ')}) VALUES (${used.map((_, index) => `$${index + 1}`).join(', ')})`, values).catch((error: Error) => {
        throw new Error(`${name}.${table}: ${error.message}`);
      });
    } finally {
      await admin.end();
    }
    for (const column of canaries) planted.add(`${name}.${table}.${column}`);
  }
  return { columns: [...planted] };
}
