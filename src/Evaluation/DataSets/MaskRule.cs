namespace MuSc.Evaluation.DataSets;

/// <summary>Which pixels of a resized mask count as defect (docs/method.md, Pixels).</summary>
public enum MaskRule
{
    /// <summary>Those at full value: borders that the resizing has blurred are normal.</summary>
    Full,

    /// <summary>Those above zero.</summary>
    Any,
}

/// <summary>What the authors' loaders do.</summary>
public static class MaskRules
{
    /// <summary>The rule of a layout where none is asked for.</summary>
    public static MaskRule Default(DataSetLayout layout) => layout is DataSetLayout.Mvtec or DataSetLayout.Btad ? MaskRule.Full : MaskRule.Any;
}
