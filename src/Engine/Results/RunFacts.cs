using MuSc.Features.Backbones;

namespace MuSc.Engine.Results;

/// <summary>What a run's figures depend on besides its specification.</summary>
/// <param name="Started">When it began.</param>
/// <param name="Backbone">The network, or null where tokens were given.</param>
/// <param name="Profile">The numeric profile of the features, or null where tokens were given.</param>
/// <param name="Resumed">Work that was taken over from an earlier run.</param>
public sealed record RunFacts(DateTimeOffset Started, BackboneInfo? Backbone, string? Profile, ResumedWork Resumed);

/// <summary>Work that was taken over from an earlier run rather than done again.</summary>
/// <param name="Features">Images whose features were there.</param>
/// <param name="Pairs">Image pairs that were scored before.</param>
public sealed record ResumedWork(int Features, long Pairs);
