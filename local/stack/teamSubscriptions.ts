/** A team and the announcements that it wants, as a SQL filter on their properties. */
export interface TeamSubscription {
  team: string;
  filter: string;
}

const topic = 'image-versions';

/** As entities of local Service Bus; in Azure they are made by the templates under infra/. */
export function teamSubscriptions(teams: TeamSubscription[]) {
  return teams.map(({ team, filter }) => ({
    topic,
    name: team,
    rules: [{ name: 'wanted', filter: { kind: 'sql', expression: filter } }],
  }));
}
