namespace MuSc.Scoring.NearestPatch;

/// <summary>Distance of two unit vectors from their dot product (SPEC 4).</summary>
public static class PatchDistance
{
    /// <summary>√(max(0, 2 − 2·dot)) in float32; never rises as the dot product rises.</summary>
    public static float FromDot(float dot) => MathF.Sqrt(MathF.Max(0f, 2f - (2f * dot)));
}
