using MuSc.Contracts;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Results;

/// <summary>What a run's figures depend on besides its specification.</summary>
/// <param name="Started">When it began.</param>
/// <param name="Backbone">The network, or null where tokens were given.</param>
/// <param name="Profile">The numeric profile of the features, or null where tokens were given.</param>
/// <param name="ExtractionBlock">Images between the beginning of their extraction and the disk at the same time, 0 where tokens were given.</param>
/// <param name="Resumed">Work that was taken over from an earlier run.</param>
public sealed record RunFacts(DateTimeOffset Started, BackboneInfo? Backbone, string? Profile, int ExtractionBlock, ResumedWork Resumed);
