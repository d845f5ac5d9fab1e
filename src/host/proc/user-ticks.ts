/** USER_HZ, in which the kernel tells times: 100 a second on every architecture that Node runs on. */
export const ticksPerSecond = 100
