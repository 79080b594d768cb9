namespace MuSc.Evaluation.DataSets;

/// <summary>How a benchmark lies on disk.</summary>
public enum DataSetLayout
{
    /// <summary>
    /// Folders of images, <c>good</c>, <c>ok</c> or <c>normal</c> among them; every other folder is a kind of defect. Masks, where
    /// there are any, in <c>ground_truth</c> or <c>masks</c>; references in <c>train</c>. The images may lie below <c>test</c>.
    /// </summary>
    Folder,

    /// <summary>MVTec AD, MVTec 3D-AD (its RGB images) and MVTec LOCO AD: <c>test/good</c>, <c>test/DEFECT</c>, <c>ground_truth/DEFECT</c>.</summary>
    Mvtec,

    /// <summary>VisA with its <c>split_csv/1cls.csv</c>.</summary>
    Visa,

    /// <summary>BTAD: <c>test/ok</c>, <c>test/ko</c>, <c>ground_truth/ko</c>.</summary>
    Btad,
}
