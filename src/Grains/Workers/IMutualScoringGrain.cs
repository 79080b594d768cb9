using Orleans.Services;

namespace MuSc.Grains;

/// <summary>Where a silo works on tiles of jobs. Nobody calls it: it asks coordinators for tiles, and sends minima to owners.</summary>
[Alias("musc.IMutualScoringGrain")]
public interface IMutualScoringGrain : IGrainService;
