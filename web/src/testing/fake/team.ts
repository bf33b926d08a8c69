import { Refusal, type Resource, type Schemas } from './asked.ts'

export const team: Resource = (parley, { method, id, verb, body }) => {
  if (id === '') return [200, { items: parley.members } satisfies Schemas['PageMember']]
  const member = parley.members.find((one) => one.id === id)
  if (!member) throw new Refusal(404, 'There is no such member.')
  if (verb === 'reset-link') return [200, { link: '/reset#once' } satisfies Schemas['OneTimeLink']]
  const changed = { ...member, ...(body as Partial<typeof member>) }
  parley.members =
    method === 'DELETE'
      ? parley.members.filter((one) => one !== member)
      : parley.members.map((one) => (one === member ? changed : one))
  return [204]
}

/** The members as colleagues see them. */
export const members: Resource = (parley) => {
  const items = parley.members.map(({ id, name, role }) => ({ id, name, role }))
  return [200, { items } satisfies Schemas['PageMemberBrief']]
}

export const invitations: Resource = (parley, { method, id, body }) => {
  if (method === 'GET') return [200, { items: parley.invitations } satisfies Schemas['PageInvitation']]
  if (method === 'DELETE') {
    parley.invitations = parley.invitations.filter((one) => one.id !== id)
    return [204]
  }
  const invitation = parley.invitations.find((one) => one.id === id) ?? {
    id: parley.newId('i'),
    email: body.email ?? '',
    role: body.role as Schemas['Invitation']['role'],
    createdAt: parley.at(),
    expiresAt: parley.at(7 * 24 * 3_600_000),
  }
  if (parley.members.some(({ email }) => email === invitation.email)) {
    throw new Refusal(409, 'This person is a member of the workspace already.')
  }
  if (id === '') parley.invitations = [invitation, ...parley.invitations]
  const made = { invitation, link: '/invitation#invited', mailed: parley.options.mail }
  return [id === '' ? 201 : 200, made satisfies Schemas['NewInvitation']]
}
