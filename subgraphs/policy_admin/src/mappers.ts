/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. */
import type { MarketDocument } from './market/profile.ts';
import type { ProductDocument } from './product/document.ts';
import type { RuleAction } from './rule/rule.ts';

export interface Address {
  readonly lines: readonly string[];
  readonly city?: string | null;
  readonly region?: string | null;
  readonly postcode?: string | null;
  readonly country: string;
}

export interface PartyRow {
  readonly id: string;
  readonly locator: string;
  readonly type: 'INDIVIDUAL' | 'ORGANISATION' | 'PROVIDER';
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly address: Address | null;
  readonly date_of_birth: string | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export type PartyRoleType = 'ACCOUNT_HOLDER' | 'POLICYHOLDER' | 'INSURED' | 'GUARDIAN' | 'PAYER' | 'EMPLOYER' | 'BROKER' | 'PROVIDER';

export interface PartyRoleRow {
  readonly id: string;
  readonly party_id: string;
  readonly role_type: PartyRoleType;
  readonly locator: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
}

export interface AccountRow {
  readonly id: string;
  readonly locator: string;
  readonly name: string;
  readonly billing_level: 'ACCOUNT' | 'POLICY';
  readonly currency: string;
  readonly display_number: string;
  readonly holder_party_id: string;
  readonly market_code: string;
  readonly broker: string | null;
  readonly created_at: Date;
}

export interface MarketProfileRow {
  readonly id: string;
  readonly market_code: string;
  readonly currency: string;
  readonly jurisdiction: string;
  readonly document: MarketDocument;
}

export interface ProductRow {
  readonly id: string;
  readonly locator: string;
  readonly code: string;
  readonly name: string;
  readonly lob: string;
  readonly market_code: string;
  readonly status: 'DRAFT' | 'ACTIVE' | 'RETIRED';
}

export interface ProductVersionRow {
  readonly id: string;
  readonly product_id: string;
  readonly version: number;
  readonly status: 'DRAFT' | 'PUBLISHED';
  readonly effective_from: string;
  readonly effective_to: string | null;
  readonly document: ProductDocument;
  readonly published_at: Date | null;
}

export interface FieldDefinitionRow {
  readonly id: string;
  readonly product_version_id: string;
  readonly field_key: string;
  readonly label: string;
  readonly field_type: 'STRING' | 'INTEGER' | 'DECIMAL' | 'BOOLEAN' | 'DATE' | 'ENUM' | 'MONEY';
  readonly applies_to: 'QUOTE' | 'POLICY' | 'TRANSACTION';
  readonly required: boolean;
  readonly options: Record<string, unknown>;
}

export type RuleSetType = 'UNDERWRITING' | 'ELIGIBILITY' | 'PRICING' | 'ADJUDICATION';

export interface RuleSetRow {
  readonly id: string;
  readonly product_version_id: string;
  readonly name: string;
  readonly rule_set_type: RuleSetType;
}

export interface RuleRow {
  readonly id: string;
  readonly rule_set_id: string;
  readonly name: string;
  readonly condition: string;
  readonly action: RuleAction;
  readonly priority: number;
}

export interface RuleEvaluationRow {
  readonly id: string;
  readonly rule_set_id: string;
  readonly entity_id: string;
  readonly inputs: unknown;
  readonly result: unknown;
  readonly evaluated_at: Date;
}

export type ContactRow = PartyRow;
export type QuotingPartyRow = PartyRow;

export interface QuotingFactsRow {
  readonly version: ProductVersionRow;
  readonly account: AccountRow;
  readonly holder: PartyRow;
  readonly market: MarketProfileRow;
  readonly parties: readonly PartyRow[];
}
