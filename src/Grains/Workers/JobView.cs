using MuSc.Engine.Ledger;
using MuSc.Grains.Messages;

namespace MuSc.Grains.Workers;

/// <summary>What a silo's slots know of a job.</summary>
/// <param name="Layout">Its layout.</param>
/// <param name="Plan">The tiles it has.</param>
public sealed record JobView(JobLayoutMessage Layout, TilePlan Plan);
