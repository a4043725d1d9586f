-- +goose Up
-- What became of a member's cover after they left or came back: DUE while enrollment is being asked, DONE when the policy has followed, REFUSED with enrollment's code when it will not.
ALTER TABLE group_scheme.scheme_members
  ADD COLUMN cover_change text CHECK (cover_change IN ('DUE', 'DONE', 'REFUSED')),
  ADD COLUMN cover_refusal text;
-- +goose Down
ALTER TABLE group_scheme.scheme_members DROP COLUMN cover_change, DROP COLUMN cover_refusal;
