/** Who calls; ids and roles only, never names. */
export interface Principal {
  objectId: string;
  roles: string[];
  /** Object ids of the groups that the token names. */
  groups: string[];
}
