/** The law of init over generated releases: no proposal makes a render worse, from one render and from two. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { NEWEST_HELM } from '../../src/engines/helm/versions.ts';
import type { Proposal } from '../../src/init/draft.ts';
import { type ProposalInput, propose } from '../../src/init/propose.ts';
import { formatProposal } from '../../src/init/text.ts';
import { runs } from '../support/property.ts';
import { assertHarmless } from './harmless.ts';
import { renders } from './releases.ts';

const inputOf = (text: string): ProposalInput => ({
  read: () => new TextEncoder().encode(text),
  file: 'in.yaml',
  version: NEWEST_HELM,
  timeoutSeconds: 300,
  digest: (content) => createHash('sha256').update(content).digest('hex').slice(0, 8),
});

function proposalFor(install: string, upgrade?: string): Proposal {
  const proposal = propose(inputOf(install), upgrade === undefined ? undefined : inputOf(upgrade));
  if (!('drafts' in proposal)) assert.fail(JSON.stringify(proposal.map(({ message }) => message)));
  return proposal;
}

test('a proposal from one render makes it no worse', () => {
  let entries = 0;
  let cures = 0;
  let comments = 0;
  fc.assert(
    fc.property(renders, ({ install }) => {
      const proposal = proposalFor(install);
      assertHarmless(install, formatProposal(proposal));
      entries += proposal.drafts.filter(({ disabled, ofChart }) => disabled === undefined && !ofChart).length;
      cures += proposal.drafts.filter(({ disabled, ofChart }) => disabled === undefined && ofChart).length;
      comments += proposal.drafts.filter(({ disabled }) => disabled !== undefined).length;
    }),
    runs(40),
  );
  assert.ok(entries > 10 && cures > 10, `${entries} entries, ${cures} cures, ${comments} comments`);
});

test('a proposal from two renders makes neither worse, and what only one has is optional', () => {
  let optional = 0;
  fc.assert(
    fc.property(renders, ({ install, upgrade }) => {
      if (install === '' || upgrade === '') return;
      const proposal = proposalFor(install, upgrade);
      const config = formatProposal(proposal);
      assertHarmless(install, config, 'install');
      assertHarmless(upgrade, config, 'upgrade');
      optional += proposal.drafts.filter((draft) => draft.disabled === undefined && draft.optional).length;
    }),
    runs(40),
  );
  assert.ok(optional > 5, `${optional} optional entries`);
});
