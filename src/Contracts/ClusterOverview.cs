namespace MuSc.Contracts;

/// <summary>A service's processes and how much there is to do.</summary>
/// <param name="Silos">The processes.</param>
/// <param name="Queued">Jobs that wait.</param>
/// <param name="Running">Jobs that are worked on.</param>
public sealed record ClusterOverview(IReadOnlyList<SiloOverview> Silos, int Queued, int Running);

/// <summary>One process of a service.</summary>
/// <param name="Name">What it calls itself.</param>
/// <param name="Address">Where others reach it.</param>
/// <param name="Roles">What it is for.</param>
/// <param name="Status">Whether it is there: <c>active</c>, <c>joining</c>, <c>shutting_down</c>, …</param>
/// <param name="Since">When it started.</param>
/// <param name="MemoryUsed">Bytes that it uses; null where it did not say.</param>
/// <param name="MemoryLimit">Bytes that it may use.</param>
/// <param name="Processor">How busy its processors are, 0 … 1.</param>
public sealed record SiloOverview(
    string Name, string Address, IReadOnlyList<string> Roles, string Status, DateTimeOffset Since, long? MemoryUsed, long? MemoryLimit, double? Processor);
